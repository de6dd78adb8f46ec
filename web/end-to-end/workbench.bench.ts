/**
 * How fast the workbench answers: `npm run measure`, with RERT naming a release build, on a machine that does nothing else. It measures
 * and asserts nothing. RERT_CASE names a folder of objects to measure with, in the place of the built-in glioma.
 */
import { writeSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { settled } from './settled';
import { importFolder, openWorkbench, realPatient, syntheticPatient, type Workbench } from './workbench';

const N_OPENINGS = 5;
const N_CHANGES = 40;
const N_STEPS = 60;

describe('an assessed case', () => {
  let workbench: Workbench;
  let caseId: string;

  beforeAll(async () => {
    workbench = await openWorkbench({ width: 1280, height: 800 });
    const folder = process.env['RERT_CASE'] ?? realPatient ?? syntheticPatient(workbench.folder, 'glioma');
    caseId = await importFolder(workbench, folder);
  });

  afterAll(async () => {
    await workbench.close();
  });

  /** A page as somebody opens it who has not been in the workbench before. */
  async function open(name: string): Promise<Page> {
    const { page, address } = workbench;
    await page.goto('about:blank');
    await page.goto(`${address}/#/case/${caseId}/${name}`, { waitUntil: 'commit' });
    return page;
  }

  it.each([
    ['organs', 'tr[data-row]'],
    ['timeline', 'main svg text'],
    ['decision', 'main h2'],
    ['dose', '.view'],
  ])('shows the page %s', async (name, selector) => {
    const milliseconds: number[] = [];
    for (let count = 0; count < N_OPENINGS; count++) {
      const page = await open(name);
      milliseconds.push(await page.evaluate(firstView, selector));
    }
    tell(`first view of ${name}`, milliseconds, 'ms');
  });

  it('follows another α/β', async () => {
    const page = await open('organs');
    await settled(page);
    const n = await page.locator('tr[data-row]').count();
    const organs = await page.locator('tr[aria-level="1"] th strong').allInnerTexts();
    for (const organ of organs.filter((name) => /cord|stem|chiasm/i.test(name))) {
      await page.getByText(organ, { exact: true }).first().click();
      await page.evaluate(() => performance.clearMeasures('rert:trial'));
      await page.locator('input[type=range]').first().focus();
      for (let count = 0; count < N_CHANGES; count++) {
        // Never a value that was asked for before: the engine keeps what it drew.
        await page.keyboard.press('ArrowRight');
        await page.waitForFunction((had) => performance.getEntriesByName('rert:trial').length > had, count);
      }
      const measured = await page.evaluate(() =>
        performance.getEntriesByName('rert:trial').map(({ duration }) => duration),
      );
      tell(`another α/β of ${organ}, ${n} rows, from input to picture`, measured.slice(1), 'ms');
    }
  });

  it('goes through the slices', async () => {
    const page = await open('dose');
    await settled(page);
    for (const planes of ['All', 'Axial']) {
      await page.getByText(planes, { exact: true }).first().click();
      await settled(page);
      await page.evaluate(stepThrough, N_STEPS);
      const { perSecond, size, longestMs } = await page.evaluate(stepThrough, N_STEPS);
      tell(
        `slices of dose, ${planes}, a plane of ${size}, longest step ${longestMs.toFixed(0)} ms`,
        [perSecond],
        'per second',
      );
    }
  });
});

/** Milliseconds from the request of the page until something of it stands on the screen; a plane only once it is not all of one colour. */
async function firstView(selector: string): Promise<number> {
  const isDrawn = (canvas: HTMLCanvasElement): boolean => {
    if (canvas.width === 0 || canvas.height === 0) return false;
    const data = canvas.getContext('2d')?.getImageData(0, Math.floor(canvas.height / 2), canvas.width, 1).data;
    return data?.some((value, at) => at >= 4 && value !== data[at - 4]) ?? false;
  };
  const isThere = (): boolean => {
    const element = document.querySelector(selector);
    const canvas = element?.querySelector('canvas');
    return element !== null && (canvas === null || canvas === undefined || isDrawn(canvas));
  };
  while (!isThere()) await new Promise((painted) => requestAnimationFrame(painted));
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 0)));
  return performance.now();
}

/** Down through the slices and up again, each step waiting until the last was painted. */
async function stepThrough(n: number): Promise<{ perSecond: number; size: string; longestMs: number }> {
  const view = document.querySelector<HTMLElement>('.view');
  if (view === null) throw new Error('there is no plane');
  view.focus();
  let longestMs = 0;
  const start = performance.now();
  for (let count = 0; count < n; count++) {
    const stepStart = performance.now();
    const key = count < n / 2 ? 'PageDown' : 'PageUp';
    view.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    await new Promise<void>((painted) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => painted();
      requestAnimationFrame(() => port2.postMessage(null));
    });
    longestMs = Math.max(longestMs, performance.now() - stepStart);
  }
  const { width, height } = view.getBoundingClientRect();
  const perSecond = (1000 * n) / (performance.now() - start);
  return { perSecond, size: `${Math.round(width)} × ${Math.round(height)}`, longestMs };
}

/** The median and the value below which 95 % lie. */
function tell(what: string, values: number[], unit: string): void {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN).toFixed(0);
  const text = sorted.length === 1 ? at(0) : `median ${at(0.5)}, 95 % below ${at(0.95)} (n = ${sorted.length})`;
  writeSync(1, `${what}: ${text} ${unit}\n`);
}
