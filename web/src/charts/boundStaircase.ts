/**
 * What is certain of a curve of which only bounds of some measures are known, as a staircase in gray and percent.
 *
 * A cumulative curve never rises. So an upper bound of the dose of a small volume holds for all larger ones, and a lower bound of the dose
 * of a large volume holds for all smaller ones; no value between two measures is guessed.
 */
import type { Metrics } from '../api/assessment';

export type BoundPoint = [doseGy: number, volumePercent: number];

/** Known measures as points, from the largest volume to the smallest. */
function knownPoints(metrics: Metrics, volumeCc: number | null): BoundPoint[] {
  const ofCc = (cc: number): number | null => (volumeCc !== null && volumeCc >= cc ? (100 * cc) / volumeCc : null);
  const all: [number | null, number | null][] = [
    [metrics.min_gy, 100],
    [metrics.d98_percent_gy, 98],
    [metrics.d95_percent_gy, 95],
    [metrics.d50_percent_gy, 50],
    [metrics.d2_percent_gy, 2],
    [metrics.d1cc_gy, ofCc(1)],
    [metrics.d0_5cc_gy, ofCc(0.5)],
    [metrics.d0_1cc_gy, ofCc(0.1)],
    [metrics.d0_03cc_gy, ofCc(0.03)],
    [metrics.max_gy, 0],
  ];
  const known = all.filter((point): point is BoundPoint => point[0] !== null && point[1] !== null);
  return known.sort((one, other) => other[1] - one[1]);
}

/** The curve lies nowhere to the right of this line: from the full volume down to the highest dose. */
export function atMostStairs(metrics: Metrics, volumeCc: number | null): BoundPoint[] {
  const known = knownPoints(metrics, volumeCc);
  const stairs: BoundPoint[] = [];
  let volume = 100;
  for (const [dose, percent] of known) {
    stairs.push([dose, volume], [dose, percent]);
    volume = percent;
  }
  return stairs;
}

/** The curve lies nowhere to the left of this line: from the full volume down to the smallest known one. */
export function atLeastStairs(metrics: Metrics, volumeCc: number | null): BoundPoint[] {
  const known = knownPoints(metrics, volumeCc);
  const stairs: BoundPoint[] = [];
  known.forEach(([dose, percent], index) => {
    const next = known[index + 1]?.[1] ?? 0;
    stairs.push([dose, percent], [dose, next]);
  });
  const first = known[0];
  return first ? [[0, first[1]], ...stairs] : [];
}
