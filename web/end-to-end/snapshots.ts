/** Pictures of pages, compared with those that are kept in the repository. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pixelmatch from 'pixelmatch';
import type { Locator, Page } from 'playwright-core';
import { PNG } from 'pngjs';
import { type Pixels, palettePng } from './palettePng';
import { settled } from './settled';

/**
 * How far two colours may lie apart, where 1 is black against white. The palettes of the kept pictures move colours by up to 0.08;
 * lines, letters and fills that come or go move them by much more.
 */
const THRESHOLD = 0.1;
/**
 * Which share of the pixels may lie further apart: 204 of a window of 1280 × 800. Repeated runs on one machine differ in fewer than 40,
 * at corners of a canvas; a line of letters that moves by a pixel, or the outline of the smallest organ, is more.
 */
export const SHARE = 0.0002;
const N_TRIES = 20;

const kept = resolve(import.meta.dirname, 'snapshots');
/** Pictures to be looked at; they are not part of the repository. */
export const PICTURES = resolve(import.meta.dirname, '../dist-pictures');

export interface Comparison {
  isAlike: boolean;
  n: number;
  /** Where the pictures differ. */
  difference: PNG;
}

export function compared(actual: Pixels, expected: Pixels): Comparison {
  const { width, height } = expected;
  const difference = new PNG({ width, height });
  if (actual.width !== width || actual.height !== height) return { isAlike: false, n: width * height, difference };
  // Thin lines look like smoothed edges, so that those count as well.
  const options = { threshold: THRESHOLD, includeAA: true };
  const n = pixelmatch(actual.data, expected.data, difference.data, width, height, options);
  return { isAlike: n <= SHARE * width * height, n, difference };
}

/** A picture of a page that has come to rest: two in a row are the same. What differs from run to run is covered. */
export async function restingPicture(page: Page, covered: Locator[]): Promise<Buffer> {
  await page.mouse.move(0, 0);
  let former: Buffer | null = null;
  await settled(page);
  await page.evaluate(paintAnew);
  for (let count = 0; count < N_TRIES; count++) {
    await settled(page);
    const picture = await page.screenshot({ animations: 'disabled', mask: covered, maskColor: '#808080' });
    if (former !== null && picture.equals(former)) return picture;
    former = picture;
  }
  throw new Error(`the page ${page.url()} looks otherwise each time`);
}

/**
 * Letters of a head that stays while its table is scrolled are painted a pixel higher or lower, by where they stood first; once they
 * are painted anew they stand where they belong. Runs in the page.
 */
async function paintAnew(): Promise<void> {
  document.body.style.visibility = 'hidden';
  for (let frame = 0; frame < 2; frame++) await new Promise((painted) => requestAnimationFrame(painted));
  document.body.style.visibility = '';
}

/** What differs from the kept picture, in words; nothing where they are alike. With RERT_WRITE the picture is kept instead. */
export function differenceFromKept(name: string, picture: Buffer): string | null {
  const path = join(kept, `${name}.png`);
  if (process.env['RERT_WRITE'] !== undefined) {
    keep(path, picture);
    return null;
  }
  if (!existsSync(path)) return `there is no picture ${name} yet: RERT_WRITE=1 writes it`;
  const { isAlike, n, difference } = compared(PNG.sync.read(picture), PNG.sync.read(readFileSync(path)));
  if (isAlike) return null;
  mkdirSync(PICTURES, { recursive: true });
  writeFileSync(join(PICTURES, `${name}.actual.png`), picture);
  writeFileSync(join(PICTURES, `${name}.difference.png`), PNG.sync.write(difference));
  return `${n} pixels differ from ${path}: see ${name}.actual.png and ${name}.difference.png in ${PICTURES}`;
}

function keep(path: string, picture: Buffer): void {
  const pixels = PNG.sync.read(picture);
  const written = palettePng(pixels);
  const { n } = compared(pixels, PNG.sync.read(written));
  if (n > 0) throw new Error(`the palette changes ${n} pixels of ${path}`);
  mkdirSync(kept, { recursive: true });
  writeFileSync(path, written);
}
