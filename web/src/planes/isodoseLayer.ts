import { number } from '../design/quantity';
import { colourTable, cssColour, tableIndex } from './colour';
import type { IsodoseLines } from './isodose';
import type { Polyline } from './isolines';
import type { LabelPlacer } from './labels';
import type { DoseLayer } from './scene';
import { addPoint, strokeWithRim } from './stroke';
import type { Viewport } from './viewport';

const ISODOSE_WIDTH = 1.4;
/** Entry of the colour table for the lowest isodose line. */
const DARKEST_LINE = 50;
/** Pieces of one level that get a label, the longest first, and how many points they must have. */
const LABELLED_PIECES = 3;
const SHORTEST_LABELLED = 24;

/** Draws isodose lines. */
export function drawIsodoses(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  dose: DoseLayer,
  isodoses: readonly IsodoseLines[],
): void {
  for (const { level, lines } of isodoses) {
    const path = new Path2D();
    for (const line of lines) {
      for (let index = 0; index < line.length / 2; index += 1)
        addPoint(path, viewport, pointOf(line, index), index === 0);
    }
    strokeWithRim(context, path, isodoseColour(dose, level), ISODOSE_WIDTH, []);
  }
}

/** Writes the dose on each line, so that levels are told apart without colour. */
export function labelIsodoses(labels: LabelPlacer, dose: DoseLayer, isodoses: readonly IsodoseLines[]): void {
  // The highest level has the shortest line, so that it chooses first.
  for (const [turn, { level, lines }] of isodoses.toReversed().entries()) {
    const longest = lines.toSorted((a, b) => b.length - a.length).slice(0, LABELLED_PIECES);
    for (const [piece, line] of longest.entries()) {
      if (piece > 0 && line.length < 2 * SHORTEST_LABELLED) continue;
      // Labels go round from level to level instead of standing in a heap.
      labels.place(isodoseLabel(dose, level), line.length / 2, (index) => pointOf(line, index), 5 * turn);
    }
  }
}

function pointOf(line: Polyline, index: number): readonly [number, number] {
  return [line[2 * index] as number, line[2 * index + 1] as number];
}

export function isodoseLabel(dose: DoseLayer, level: number): string {
  const digits = Number.isInteger(level) ? 0 : 1;
  return `${dose.boundSign ?? ''}${number(level, digits)}\u2009${dose.unitLabel}`;
}

/** Colour of a level: that of the wash where there is one, else by its place among the levels. */
export function isodoseColour(dose: DoseLayer, level: number): string {
  const from = dose.wash?.from ?? Math.min(...dose.levels);
  const to = dose.wash?.to ?? Math.max(...dose.levels);
  const index = to > from ? tableIndex(level, from, to) : 255;
  // The darkest colours of the table would not be seen as a thin line.
  return cssColour(colourTable('dose'), Math.round(DARKEST_LINE + (index * (255 - DARKEST_LINE)) / 255));
}
