/** What a centre's names of structures mean is confirmed once, and later cases of the centre know it. */
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StructureName } from '../src/api/names';
import type { StoredSettings } from '../src/api/settings';
import { drawnAt } from './centreNames';
import { settled } from './settled';
import { assess, openWorkbench, syntheticPatient, takeIn, whatIsGoingOn, type Workbench } from './workbench';

const CENTRE = 'Example Hospital';
/** An organ that may be two, a slip of the keyboard, and an organ without its side. */
const RENAMED = { Chiasm: 'OC', 'Hippocampus Lt': 'Hippocampsu Lt', 'Eye Rt': 'Eye' };

describe('the names of a centre', () => {
  let workbench: Workbench;
  let page: Page;
  let first: string;
  let second: string;

  beforeAll(async () => {
    workbench = await openWorkbench();
    page = workbench.page;
    first = await caseOf('glioma', RENAMED);
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(`${await whatIsGoingOn(workbench)}\n`);
  });

  afterAll(async () => {
    await workbench.close();
  });

  async function caseOf(patient: string, renamed: Record<string, string>): Promise<string> {
    const folder = join(workbench.folder, `${patient} at the centre`);
    drawnAt(CENTRE, renamed, syntheticPatient(workbench.folder, patient), folder);
    const id = await takeIn(workbench, folder, patient);
    await assess(workbench, id);
    return id;
  }

  /** Opens the names of a case; tells what the button says of them. */
  async function openNames(id: string): Promise<string> {
    await page.goto(`${workbench.address}/#/case/${id}/organs`, { waitUntil: 'commit' });
    await page.reload({ waitUntil: 'commit' });
    await settled(page);
    // What is refused has a button to the names as well.
    const button = page.getByRole('button', { name: /^Names(?! …)/ });
    const words = (await button.innerText()).trim();
    await button.click();
    await page.getByRole('dialog').waitFor();
    return words;
  }

  async function get<T>(path: string): Promise<T> {
    return (await (await workbench.context.request.get(`${workbench.address}/api/v1/${path}`)).json()) as T;
  }

  async function stateOf(id: string, drawn: string): Promise<unknown> {
    const { names } = await get<{ names: StructureName[] }>(`cases/${id}/names`);
    const { state, standard_name } = names.find((name) => name.drawn === drawn) ?? {};
    return [state, standard_name];
  }

  function box(drawn: string): Locator {
    return page.getByRole('checkbox', { name: `Confirm ${drawn}`, exact: true });
  }

  function confirmed(drawn: string): Locator {
    return page.getByRole('table', { name: 'Confirmed names of this case' }).getByRole('row', { name: drawn });
  }

  it('are open, and none of them is selected', async () => {
    expect(await openNames(first)).toMatch(/^Names · \d+ to confirm$/);
    expect(await page.getByRole('checkbox', { name: /^Confirm/, checked: true }).count()).toBe(0);
    expect(await page.getByLabel('Meaning of OC', { exact: true }).inputValue()).toBe('');
    expect(await box('OC').isDisabled()).toBe(true);
  });

  it('are selected together only where they are known', async () => {
    await page.getByRole('button', { name: /^Select all known/ }).click();
    expect(await box('BrainStem').isChecked()).toBe(true);
    for (const drawn of ['OC', 'Hippocampsu Lt', 'Eye']) expect(await box(drawn).isChecked()).toBe(false);
  });

  it('mean no side that they do not say', async () => {
    await page.getByRole('button', { name: 'Select none' }).click();
    await page.getByLabel('Meaning of Eye', { exact: true }).selectOption('Eye_L');
    await box('Eye').check();
    await page.getByRole('button', { name: `Confirm for ${CENTRE}` }).click();
    await page
      .getByRole('alert')
      .getByText(/does not say the side/)
      .waitFor();
    expect(await stateOf(first, 'Eye')).toEqual(['open', null]);
    // The browser says of each answer that refuses something that it did.
    expect(workbench.complaints.splice(0)).toEqual([expect.stringContaining('422')]);
    await box('Eye').uncheck();
  });

  it('are confirmed as they stand in the list, and become part of the settings', async () => {
    await box('BrainStem').check();
    await page.getByLabel('Meaning of OC', { exact: true }).selectOption('OpticChiasm');
    await box('OC').check();
    await page.getByRole('button', { name: `Confirm for ${CENTRE}` }).click();
    await page.getByText(/2\snames confirmed/).waitFor();
    await confirmed('OC').waitFor();
    expect(await confirmed('BrainStem').textContent()).toContain(`for ${CENTRE} by`);
    expect(await box('OC').count()).toBe(0);
    const { settings } = await get<StoredSettings>(`cases/${first}/settings`);
    expect(settings.confirmed_name?.map(({ drawn, standard_name }) => [drawn, standard_name])).toEqual([
      ['BrainStem', 'Brainstem'],
      ['OC', 'OpticChiasm'],
    ]);
    await page.getByText('outdated', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('are known in the next case of the centre', async () => {
    second = await caseOf('head-and-neck', {});
    await openNames(second);
    expect(await confirmed('BrainStem').textContent()).toContain('Brainstem');
    expect(await box('BrainStem').count()).toBe(0);
  });

  it('are withdrawn after a question, and cases keep what they state', async () => {
    await page.getByRole('button', { name: /^All confirmed names/ }).click();
    await page.getByRole('button', { name: 'Withdraw BrainStem' }).click();
    await page.getByRole('button', { name: 'Keep it' }).click();
    expect((await get<{ names: unknown[] }>('names')).names).toHaveLength(2);
    await page.getByRole('button', { name: 'Withdraw BrainStem' }).click();
    await page.getByRole('button', { name: 'Withdraw it' }).click();
    await page.getByText('The name was withdrawn').waitFor();
    expect(await get<{ names: unknown[] }>('names')).toMatchObject({ names: [{ centre: CENTRE, drawn: 'OC' }] });
    expect(await stateOf(second, 'BrainStem')).toEqual(['confirmed', 'Brainstem']);
    expect(workbench.complaints).toEqual([]);
  });
});
