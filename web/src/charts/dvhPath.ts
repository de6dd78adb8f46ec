/** Paths of dose–volume curves in gray and percent, and values on them for the cursor. Points are dose and volume in turn. */

import { keptKnots } from './keptKnots';

export type Points = Float32Array | Float64Array | readonly number[];

/** Values with at most four decimals: finer than any screen shows, and half as long to parse. */
function written(value: number): string {
  return String(Math.round(value * 1e4) / 1e4);
}

/** Places of one column, without knots that lie on a straight line. */
function places(points: Points, stride: number, column: number): string[] {
  return keptKnots(points, stride, column).map(
    (knot) => `${written(points[knot * stride] ?? 0)} ${written(points[knot * stride + column] ?? 0)}`,
  );
}

/** The path of a curve. */
export function curvePath(points: Points): string {
  const along = places(points, 2, 1);
  return along.length === 0 ? '' : `M${along.join('L')}`;
}

/** The outline of a band: forwards along its lower volumes, back along its upper ones, closed. Points: dose, low, high. */
export function bandPath(band: Points): string {
  const outline = [...places(band, 3, 1), ...places(band, 3, 2).reverse()];
  return outline.length === 0 ? '' : `M${outline.join('L')}Z`;
}

/** One edge of a band: 1 for its lower volumes, 2 for its upper ones. */
export function bandEdge(band: Points, edge: 1 | 2): string {
  const along = places(band, 3, edge);
  return along.length === 0 ? '' : `M${along.join('L')}`;
}

/** The highest dose that any part of the structure receives on a curve. */
export function highestDose(points: Points): number {
  let highest = 0;
  for (let index = 0; index + 1 < points.length; index += 2) {
    const dose = points[index] ?? 0;
    if (dose > highest && ((points[index + 1] ?? 0) > 0 || (points[index - 1] ?? 0) > 0)) highest = dose;
  }
  return highest;
}

/** The first knot at or above a dose, by bisection; the number of knots where there is none. */
function firstKnot(points: Points, stride: number, dose: number): number {
  let low = 0;
  let high = Math.floor(points.length / stride);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle * stride] ?? Infinity) < dose) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Column 1 or 2 at a dose, straight between knots; `beyond` past the last knot, nothing before the first. */
function columnAt(points: Points, stride: number, column: number, dose: number, beyond: number | null): number | null {
  const count = Math.floor(points.length / stride);
  if (count === 0) return null;
  const after = firstKnot(points, stride, dose);
  if (after === count) return beyond;
  const x1 = points[after * stride] ?? 0;
  const y1 = points[after * stride + column] ?? 0;
  if (after === 0) return x1 === dose ? y1 : null;
  const x0 = points[(after - 1) * stride] ?? 0;
  const y0 = points[(after - 1) * stride + column] ?? 0;
  return x1 === x0 ? y1 : y0 + ((dose - x0) / (x1 - x0)) * (y1 - y0);
}

/**
 * Percent of the volume at a dose on a drawn curve.
 *
 * A served curve ends at the highest dose of its structure, so past its end the volume is zero and not unknown.
 */
export function volumeAt(points: Points, dose: number): number | null {
  return columnAt(points, 2, 1, dose, 0);
}

/** Lower and upper percent of the volume at a dose; nothing past the last dose at which the band was served. */
export function bandAt(band: Points, dose: number): [number, number] | null {
  const low = columnAt(band, 3, 1, dose, null);
  const high = columnAt(band, 3, 2, dose, null);
  return low === null || high === null ? null : [low, high];
}

/** Dose at which a curve that falls comes down to a percent of the volume, for the place of its tag. */
export function doseAt(points: Points, percent: number): number | null {
  for (let index = 2; index + 1 < points.length; index += 2) {
    const y0 = points[index - 1] ?? 0;
    const y1 = points[index + 1] ?? 0;
    if (y1 > percent || y0 < percent || y0 === y1) continue;
    const x0 = points[index - 2] ?? 0;
    return x0 + ((y0 - percent) / (y0 - y1)) * ((points[index] ?? 0) - x0);
  }
  return null;
}
