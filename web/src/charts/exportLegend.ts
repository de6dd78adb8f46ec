/** The legend and the caption below an exported picture. */
import type { LegendEntry } from './exportChart';
import { estimatedWidth, type TextMeasure } from './textWidth';
import { wrapRows } from './labelPlaces';

/** Hatching of a sample of 29 by 12 pixels. */
export const HATCH_PATH = 'M2 11 8 1M9 11 15 1M16 11 22 1M23 11 28 2';

export const SAMPLE_WIDTH = 29;

export interface PlacedEntry {
  entry: LegendEntry;
  x: number;
  row: number;
}

/** Entries in rows of a given room, each with its sample. */
export function placedLegend(legend: readonly LegendEntry[], room: number, size: number): PlacedEntry[] {
  const widths = legend.map((entry) => estimatedWidth(entry.label, size) + SAMPLE_WIDTH + size * 0.5);
  const places = wrapRows(widths, room, size * 1.4);
  return legend.map((entry, index) => ({ entry, x: places[index]?.x ?? 0, row: places[index]?.row ?? 0 }));
}

/** A text in lines of a given room; a word that is longer than that keeps a line of its own. */
export function wrappedText(text: string, room: number, size: number, measure: TextMeasure = estimatedWidth): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/[ \n]+/).filter((part) => part !== '')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && measure(longer, size) > room) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return line === '' ? lines : [...lines, line];
}
