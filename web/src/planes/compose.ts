import { type ColourTable, type GrayWindow, colourTable } from './colour';

/** How two images are shown in one plane. */
export type CompareMode = 'blend' | 'checkerboard' | 'swipe' | 'difference';

/** A second image on the same raster. */
export interface SecondRaster {
  readonly values: Float32Array;
  readonly window: GrayWindow;
  readonly mode: CompareMode;
  /** Blend: part of the second image. Checkerboard: edge of a square in mm. Swipe: part of the width at which the second begins. */
  readonly amount: number;
}

/** Values shown in colour over the image. */
export interface ColourRaster {
  readonly values: Float32Array;
  readonly table: ColourTable;
  readonly from: number;
  readonly to: number;
  /** The value in the middle of a diverging table; null for a table from one end to the other. */
  readonly neutral: number | null;
  readonly alpha: number;
  /** Values below it are left without colour. */
  readonly threshold: number;
  /** Values at or below it are struck out: a fold. */
  readonly strikeOut: number;
}

/** Everything on one raster, in the order in which it is laid. */
export interface PictureParts {
  readonly columns: number;
  readonly pixelMm: number;
  /** Where the first pixel lies in mm, so that the squares of a checkerboard stay with the patient. */
  readonly start: readonly [number, number];
  readonly image: Float32Array | null;
  readonly window: GrayWindow;
  readonly second: SecondRaster | null;
  readonly colours: readonly ColourRaster[];
}

const BLACK = 0xff000000;

/** Lays all parts into `out`, one packed colour per pixel. */
export function compose(parts: PictureParts, out: Uint32Array): void {
  if (parts.image === null) out.fill(BLACK);
  else layImage(parts.image, parts.window, out);
  if (parts.second !== null) laySecond(parts, parts.second, out);
  for (const colours of parts.colours) layColours(colours, parts.columns, out);
}

function layImage(values: Float32Array, { low, high }: GrayWindow, out: Uint32Array): void {
  const width = high - low;
  for (let at = 0; at < out.length; at += 1) out[at] = packedGray(((values[at] as number) - low) / width);
}

/** An unknown value is black, as the background. */
function packedGray(part: number): number {
  const level = part > 0 ? (part < 1 ? (255 * part + 0.5) | 0 : 255) : 0;
  return (BLACK | (level << 16) | (level << 8) | level) >>> 0;
}

function laySecond(parts: PictureParts, second: SecondRaster, out: Uint32Array): void {
  switch (second.mode) {
    case 'blend':
      layBlend(second, out);
      break;
    case 'checkerboard':
      layCheckerboard(parts, second, out);
      break;
    case 'swipe':
      laySwipe(parts.columns, second, out);
      break;
    case 'difference':
      layDifference(parts, second, out);
      break;
  }
}

function layBlend({ values, window, amount }: SecondRaster, out: Uint32Array): void {
  const width = window.high - window.low;
  for (let at = 0; at < out.length; at += 1) {
    const first = (out[at] as number) & 255;
    const second = packedGray(((values[at] as number) - window.low) / width) & 255;
    const level = ((1 - amount) * first + amount * second + 0.5) | 0;
    out[at] = (BLACK | (level << 16) | (level << 8) | level) >>> 0;
  }
}

function layCheckerboard({ columns, pixelMm, start }: PictureParts, second: SecondRaster, out: Uint32Array): void {
  const { values, window, amount } = second;
  const width = window.high - window.low;
  const square = Math.max(amount, pixelMm);
  for (let row = 0, at = 0; at < out.length; row += 1) {
    const squareRow = Math.floor((start[1] + row * pixelMm) / square);
    for (let column = 0; column < columns; column += 1, at += 1) {
      const isSecond = ((squareRow + Math.floor((start[0] + column * pixelMm) / square)) & 1) === 1;
      if (isSecond) out[at] = packedGray(((values[at] as number) - window.low) / width);
    }
  }
}

function laySwipe(columns: number, { values, window, amount }: SecondRaster, out: Uint32Array): void {
  const width = window.high - window.low;
  const begin = Math.round(amount * columns);
  for (let rowStart = 0; rowStart < out.length; rowStart += columns) {
    for (let at = rowStart + begin; at < rowStart + columns; at += 1) {
      out[at] = packedGray(((values[at] as number) - window.low) / width);
    }
  }
}

/** Second minus first, each within its window: blue where the second is darker, orange where it is lighter. */
function layDifference(parts: PictureParts, second: SecondRaster, out: Uint32Array): void {
  const table = colourTable('difference');
  const { image, window } = parts;
  for (let at = 0; at < out.length; at += 1) {
    const a = withinWindow(image === null ? NaN : (image[at] as number), window);
    const b = withinWindow(second.values[at] as number, second.window);
    const difference = b - a;
    // Where one of them is unknown, so is the difference.
    out[at] = difference === difference ? (table[Math.round(127.5 + 127.5 * difference)] as number) : BLACK;
  }
}

/** Part of the way from black to white; a NaN stays one. */
export function withinWindow(value: number, { low, high }: GrayWindow): number {
  const part = (value - low) / (high - low);
  return part < 0 ? 0 : part > 1 ? 1 : part;
}

function layColours(layer: ColourRaster, columns: number, out: Uint32Array): void {
  const { values, table, from, to, alpha, threshold, strikeOut } = layer;
  const neutral = layer.neutral ?? (from + to) / 2;
  const [below, above] = [127.5 / (neutral - from), 127.5 / (to - neutral)];
  const share = Math.round(256 * Math.min(Math.max(alpha, 0), 1));
  for (let at = 0; at < out.length; at += 1) {
    const value = values[at] as number;
    // The positive form leaves out unknown values too.
    if (!(value >= threshold)) continue;
    if (value <= strikeOut) {
      out[at] = isOnStripe(at, columns) ? 0xffffffff : BLACK;
      continue;
    }
    const entry = 127.5 + (value - neutral) * (value < neutral ? below : above);
    const index = entry > 0 ? (entry < 255 ? (entry + 0.5) | 0 : 255) : 0;
    // Where a diverging table says that nothing has changed, the image is left as it is.
    const part = layer.neutral === null ? share : (share * Math.min(1, Math.abs(entry - 127.5) / FULL_FROM)) | 0;
    out[at] = mixed(out[at] as number, table[index] as number, part);
  }
}

/** Distance from the middle of a diverging table from which on its colours are laid with all their opacity. */
const FULL_FROM = 64;

function isOnStripe(at: number, columns: number): boolean {
  return (((at % columns) + Math.floor(at / columns)) & 7) < 4;
}

/** Both colours mixed byte by byte; two bytes at a time fit without running into each other. */
function mixed(below: number, above: number, share: number): number {
  const rest = 256 - share;
  const redBlue = (((below & 0xff00ff) * rest + (above & 0xff00ff) * share) / 256) & 0xff00ff;
  const green = (((below & 0xff00) * rest + (above & 0xff00) * share) / 256) & 0xff00;
  return (BLACK | redBlue | green) >>> 0;
}
