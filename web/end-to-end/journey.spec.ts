/** A case from its objects to the signed report, as a physicist and a board take it. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { settled } from './settled';
import { assessments, openWorkbench, realPatient, syntheticPatient, whatIsGoingOn, type Workbench } from './workbench';

describe('a case', () => {
  let workbench: Workbench;
  let page: Page;

  beforeAll(async () => {
    workbench = await openWorkbench();
    page = workbench.page;
  });

  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    await page.screenshot({ path: `dist-pictures/failed-${task.id}.png` });
    process.stderr.write(`${await whatIsGoingOn(workbench)}\n`);
  });

  afterAll(async () => {
    await workbench.close();
  });

  async function openPage(name: string): Promise<void> {
    await page.getByRole('navigation').getByRole('link', { name }).click();
    await page.waitForURL(new RegExp(`/${name.toLowerCase()}$`));
  }

  it('comes in by its folder, with what was found', async () => {
    const folder = realPatient ?? syntheticPatient(workbench.folder, 'head-and-neck');
    const input = page.locator('input[type=file][webkitdirectory]');
    await input.waitFor({ state: 'attached' });
    await input.setInputFiles(folder);
    await page.getByRole('button', { name: 'Open', exact: true }).first().click({ timeout: 120_000 });
    await page.waitForURL(/#\/case\//);
    await settled(page);
  });

  it('is assessed, and is provisional until a person accepts the alignment', async () => {
    await page.keyboard.press('Control+Enter');
    await assessments(workbench, 1);
    await openPage('Alignment');
    await page
      .getByText(/provisional/i)
      .first()
      .waitFor();
    await page
      .getByRole('button', { name: /^Accept this map/ })
      .first()
      .click();
    await page.getByLabel('Accepted by').fill('physicist on duty');
    await page.getByLabel('Reason').fill('vertebrae and skull fit on the overlay');
    await page.getByRole('button', { name: 'Accept and assess' }).click();
    await assessments(workbench, 2);
    const summary = await currentCase();
    expect(summary.provisional).toBe(false);
  });

  it('follows another α/β in the table of limits', async () => {
    await openPage('Organs');
    const before = await rows();
    await page.locator('tr', { hasText: /cord/i }).first().click();
    await page.getByLabel('α/β', { exact: true }).first().fill('1');
    await page.keyboard.press('Enter');
    await page
      .getByText(/tried out/i)
      .first()
      .waitFor();
    await page.waitForFunction(() => performance.getEntriesByName('rert:trial').length > 0);
    expect(await rows()).not.toEqual(before);
  });

  it('changes a verdict when a share of the prior dose is taken as recovered', async () => {
    const organ = realPatient === null ? /oesophagus/i : /cord/i;
    const before = await verdicts();
    await page.locator('tr[aria-level="1"]', { hasText: organ }).first().click();
    await page.getByText('a share', { exact: true }).first().click();
    // More than anybody would believe, so that it tells in a patient who is far above all limits as well.
    await page.getByLabel('Recovered', { exact: true }).fill('90');
    await page.keyboard.press('Enter');
    await settled(page);
    const after = await verdicts();
    const changed = [...before].filter(([limit, verdict]) => after.get(limit) !== verdict);
    expect([...after.keys()]).toEqual([...before.keys()]);
    // A limit whose source discounts recovery is not exceeded any more; the others still count the whole dose.
    expect(changed.length).toBeGreaterThan(0);
    for (const [limit, verdict] of changed) {
      expect([verdict, after.get(limit)]).toEqual(['exceeded', expect.stringMatching(/^(met|uncertain)$/)]);
    }
    expect(changed.length).toBeLessThan(before.size);
  });

  it('tells what may still be given', async () => {
    await openPage('Budget');
    await page.getByText('Number of fractions of the new course').first().waitFor();
    await page.getByText(/Gy/).first().waitFor();
  });

  it('is saved, assessed and signed, and its report bears the signature', async () => {
    await page.keyboard.press('Control+s');
    await page
      .getByText(/not saved/i)
      .first()
      .waitFor({ state: 'detached' });
    await page.keyboard.press('Control+Enter');
    await assessments(workbench, 3);
    await openPage('Decision');
    await page.getByText('Signature and files').first().click();
    await page.getByLabel('Name', { exact: true }).fill('physicist on duty');
    await page.getByLabel('Role', { exact: true }).fill('medical physicist');
    await page.getByLabel('Meaning', { exact: true }).fill('reviewed by the tumour board');
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByText('signature valid').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.evaluate(() => {
        const link = document.createElement('a');
        link.href = `/api/v1/cases/${location.hash.split('/')[2] ?? ''}/files/report.pdf`;
        link.download = 'report.pdf';
        link.click();
      }),
    ]);
    expect(
      readFileSync(await download.path())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    const summary = await currentCase();
    expect(summary.signature).toBe('valid');
  });

  it('complains of nothing but of what is asked for before it is there', () => {
    const expected = /status of 40[49]/;
    expect(workbench.complaints.filter((complaint) => !expected.test(complaint))).toEqual([]);
  });

  async function currentCase(): Promise<{ provisional: boolean; signature: string }> {
    return page.evaluate(async () => {
      const id = location.hash.split('/')[2] ?? '';
      return (await (await fetch(`/api/v1/cases/${id}`)).json()) as { provisional: boolean; signature: string };
    });
  }

  /** The verdict on each limit, by the name of its row. */
  async function verdicts(): Promise<Map<string, string>> {
    const limits = page.locator('tr[data-row]:not([aria-level="1"])');
    await limits.first().waitFor();
    return new Map(
      await limits.evaluateAll((rows) =>
        rows.map((row): [string, string] => {
          const mark = row.querySelector('.verdict > :first-child');
          return [row.getAttribute('data-row') ?? '', mark?.textContent.trim() ?? ''];
        }),
      ),
    );
  }

  /** What every row of the table of limits says. */
  async function rows(): Promise<string[]> {
    await page.locator('tr[data-row]').first().waitFor();
    return page.locator('tr[data-row]').allInnerTexts();
  }
});
