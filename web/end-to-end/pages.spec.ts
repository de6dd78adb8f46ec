/** Every page of an assessed case: it looks as it did, and nothing hinders people who do not see or do not use a mouse. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settled } from './settled';
import { compared, differenceFromKept, PICTURES, restingPicture } from './snapshots';
import { importFolder, openWorkbench, realPatient, syntheticPatient, type Workbench } from './workbench';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = ['timeline', 'alignment', 'dose', 'organs', 'budget', 'decision'];

interface AxeResult {
  violations: { id: string; impact: string | null; nodes: { target: string[] }[] }[];
}

describe('an assessed case', () => {
  let workbench: Workbench;
  let caseId: string;

  beforeAll(async () => {
    workbench = await openWorkbench({ width: 1280, height: 800 });
    const folder = realPatient ?? syntheticPatient(workbench.folder, 'glioma');
    caseId = await importFolder(workbench, folder);
    mkdirSync(PICTURES, { recursive: true });
  });

  afterAll(async () => {
    await workbench.close();
  });

  /** A page as it opens, whatever was done before. */
  async function open(name: string): Promise<void> {
    const { page, address } = workbench;
    await page.goto(`${address}/#/${name === 'cases' ? 'cases' : `case/${caseId}/${name}`}`, { waitUntil: 'commit' });
    await page.reload({ waitUntil: 'commit' });
    await settled(page);
  }

  /** When a case was imported is another time in each run. */
  function covered(): Locator[] {
    return [workbench.page.locator('td.moment'), workbench.page.locator('dt:text-is("Imported") + dd')];
  }

  async function picture(): Promise<Buffer> {
    return restingPicture(workbench.page, covered());
  }

  describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
    beforeAll(async () => {
      await workbench.page.emulateMedia({ colorScheme: theme });
    });

    it.each(['cases', ...PAGES])('the page %s', async (name) => {
      const { page } = workbench;
      await open(name);
      const taken = await picture();
      writeFileSync(join(PICTURES, `${theme}-${name}.png`), taken);
      // axe is evaluated from outside the page, since the policy of the page lets no foreign script in.
      await page.evaluate(axe);
      const result = await page.evaluate(
        async () => await (window as unknown as { axe: { run: () => Promise<AxeResult> } }).axe.run(),
      );
      const serious = result.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(
        serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
      ).toEqual([]);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      expect(workbench.complaints).toEqual([]);
      // Pictures of a real patient are kept nowhere.
      if (realPatient === null) expect(differenceFromKept(`${theme}-${name}`, taken)).toBeNull();
    });
  });

  it('does not look the same with a row that is moved by a pixel', async () => {
    const { page } = workbench;
    await open('organs');
    const before = PNG.sync.read(await picture());
    expect(compared(PNG.sync.read(await picture()), before)).toMatchObject({ isAlike: true, n: 0 });
    const isMoved = await page.evaluate(() => {
      const row = document.elementFromPoint(400, 400)?.closest('tr');
      row?.style.setProperty('translate', '0 1px');
      return row?.checkVisibility() ?? false;
    });
    expect(isMoved).toBe(true);
    expect(compared(PNG.sync.read(await picture()), before).isAlike).toBe(false);
  });

  it('does not look the same without the outline of a small organ', async () => {
    const { page } = workbench;
    await open('dose');
    const planes = async () => {
      await picture();
      return PNG.sync.read(await page.getByRole('application').first().screenshot());
    };
    const before = await planes();
    await page
      .getByRole('checkbox', { name: /Chiasm/ })
      .first()
      .click();
    expect(compared(await planes(), before).isAlike).toBe(false);
  });

  it('can be used by the mouse after a menu was closed', async () => {
    const { page } = workbench;
    await open('timeline');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('menuitem').first().waitFor();
    await page.keyboard.press('Escape');
    await page.locator('main tr[tabindex]').first().click({ timeout: 5000 });
  });
});
