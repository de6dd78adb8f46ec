/** Lines and marks of a limit over the number of fractions. Nothing is drawn where nothing is known. */
import type { CurvePoint } from './budgetAnswers';

export interface PlotScale {
  x: (fractions: number) => number;
  y: (gray: number) => number;
}

type Value = 'total_gy' | 'cautious_total_gy';

/** A line through the known values; it is broken where an answer says that nothing is known. */
export function plotLine(points: readonly CurvePoint[], value: Value, { x, y }: PlotScale): string {
  let isDrawing = false;
  return points
    .map(({ fractions, option }) => {
      const gray = option[value];
      const command = isDrawing ? 'L' : 'M';
      isDrawing = gray !== null;
      return gray === null ? '' : `${command}${x(fractions).toFixed(1)} ${y(gray).toFixed(1)}`;
    })
    .join('');
}

/** The highest dose that is drawn. */
export function highestTotal(points: readonly CurvePoint[]): number {
  return Math.max(0, ...points.flatMap(({ option }) => [option.total_gy ?? 0, option.cautious_total_gy ?? 0]));
}
