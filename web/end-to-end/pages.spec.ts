/** Every page of an assessed case: nothing hinders people who do not see or do not use a mouse, and every page can be looked at. */
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importFolder, openWorkbench, realPatient, syntheticPatient, type Workbench } from './workbench';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PAGES = ['timeline', 'alignment', 'dose', 'organs', 'budget', 'decision'];
/** Pictures to be looked at; they are not part of the repository. */
const pictures = resolve(import.meta.dirname, '../dist-pictures');

interface AxeResult {
  violations: { id: string; impact: string | null; nodes: { target: string[] }[] }[];
}

describe.each(['light', 'dark'] as const)('the %s theme', (theme) => {
  let workbench: Workbench;
  let caseId: string;

  beforeAll(async () => {
    workbench = await openWorkbench({ width: 1280, height: 800 }, theme);
    const folder = realPatient ?? syntheticPatient(workbench.folder, 'glioma');
    caseId = await importFolder(workbench, folder);
    mkdirSync(pictures, { recursive: true });
  });

  afterAll(async () => {
    await workbench.close();
  });

  it.each(['cases', ...PAGES])('the page %s', async (name) => {
    const { page, address } = workbench;
    await page.goto(`${address}/#/${name === 'cases' ? 'cases' : `case/${caseId}/${name}`}`, { waitUntil: 'commit' });
    await page.getByRole('main').waitFor();
    await page.waitForTimeout(4000);
    await page.screenshot({ path: join(pictures, `${theme}-${name}.png`) });
    // axe is evaluated from outside the page, since the policy of the page lets no foreign script in.
    await page.evaluate(axe);
    const result = await page.evaluate(
      async () => await (window as unknown as { axe: { run: () => Promise<AxeResult> } }).axe.run(),
    );
    const serious = result.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual(
      [],
    );
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expect(workbench.complaints).toEqual([]);
  });
});
