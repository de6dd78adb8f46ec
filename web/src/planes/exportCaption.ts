import { wrapped } from './canvasText';
import type { PictureCaption } from './exportPicture';
import type { LegendEntry, LegendRamp } from './legend';

/** Where a caption is written, in pixels of the picture. */
export interface CaptionBlock {
  readonly context: CanvasRenderingContext2D;
  readonly size: number;
  readonly family: string;
  readonly left: number;
  readonly width: number;
}

const TEXT = '#111820';
const LINE = 1.4;

/** Texts of a caption, the note with a mark. */
export function captionTexts({ what, basis, units, note }: PictureCaption): string[] {
  const mark = note === null || note === '' ? '' : `⚠ ${note}`;
  return [what, basis, units === '' ? '' : `Units: ${units}`, mark].filter((text) => text !== '');
}

/** Draws or only measures caption and legend from `top` on; returns the height. */
export function drawCaption(
  block: CaptionBlock,
  caption: PictureCaption,
  legend: readonly LegendEntry[],
  top: number,
  isDrawn: boolean,
): number {
  const { context, size, left, width } = block;
  // A canvas forgets its font when its size changes.
  context.font = `500 ${size}px ${block.family}`;
  context.fillStyle = TEXT;
  context.textBaseline = 'top';
  let y = top + size;
  const write = (text: string): void => {
    for (const line of wrapped(text, width, (part) => context.measureText(part).width)) {
      context.textAlign = 'left';
      if (isDrawn) context.fillText(line, left, y);
      y += size * LINE;
    }
  };
  for (const text of captionTexts(caption)) write(text);
  for (const entry of legend) {
    write(legendText(entry));
    if (entry.kind !== 'ramp') continue;
    if (isDrawn) drawRamp(block, entry, y);
    y += size * 2.6;
  }
  return y + size * 0.5 - top;
}

/** A legend in words; the lines carry their doses in the picture. */
export function legendText(entry: LegendEntry): string {
  const note = 'note' in entry && entry.note !== null ? ` (${entry.note})` : '';
  switch (entry.kind) {
    case 'ramp':
      return `${entry.title}${note}`;
    case 'lines':
      return `${entry.title}${note}: ${entry.lines.map(({ label }) => label).join(', ')}`;
    case 'hatch':
      return `Hatched border: ${entry.title}`;
    case 'stripe':
      return `Black and white stripes: ${entry.title}`;
  }
}

function drawRamp({ context, size, left, width }: CaptionBlock, ramp: LegendRamp, y: number): void {
  const length = Math.min(width, 28 * size);
  const gradient = context.createLinearGradient(left, 0, left + length, 0);
  for (const [index, colour] of ramp.colours.entries())
    gradient.addColorStop(index / (ramp.colours.length - 1), colour);
  context.fillStyle = gradient;
  context.fillRect(left, y, length, size * 0.8);
  context.fillStyle = TEXT;
  for (const { at, label } of ramp.ticks) {
    context.textAlign = at === 0 ? 'left' : at === 1 ? 'right' : 'center';
    context.fillText(label, left + at * length, y + size);
  }
}
