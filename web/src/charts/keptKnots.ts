/** Fewer knots for a drawn curve: painting costs by the knot, and most of those that are served lie on a straight line. */
import type { Points } from './dvhPath';

/** Percent of the volume by which a drawn curve may be off: a tenth of a pixel. The zoom along the dose does not enlarge it. */
export const DRAWN_WITHIN_PERCENT = 0.02;

/**
 * Indices of the knots that are drawn, so that the curve through them is nowhere further from the served one than allowed.
 *
 * From a kept knot, every further one narrows the slopes that pass all knots in between closely enough; the first knot outside of them ends
 * the line at the knot before it.
 */
export function keptKnots(points: Points, stride: number, column: number, within = DRAWN_WITHIN_PERCENT): number[] {
  const count = Math.floor(points.length / stride);
  const kept: number[] = count > 0 ? [0] : [];
  let anchor = 0;
  let [lowest, highest] = [-Infinity, Infinity];
  for (let knot = 1; knot < count; knot += 1) {
    const run = (points[knot * stride] ?? 0) - (points[anchor * stride] ?? 0);
    const rise = (points[knot * stride + column] ?? 0) - (points[anchor * stride + column] ?? 0);
    const slope = run > 0 ? rise / run : Number.NaN;
    if (!(slope >= lowest && slope <= highest) && knot - 1 > anchor) {
      anchor = knot - 1;
      kept.push(anchor);
      [lowest, highest] = [-Infinity, Infinity];
      knot -= 1;
      continue;
    }
    if (run > 0) {
      lowest = Math.max(lowest, (rise - within) / run);
      highest = Math.min(highest, (rise + within) / run);
    } else if (knot > anchor) {
      // A step straight down is kept as it is.
      anchor = knot;
      kept.push(anchor);
      [lowest, highest] = [-Infinity, Infinity];
    }
  }
  if (count > 1 && kept.at(-1) !== count - 1) kept.push(count - 1);
  return kept;
}
