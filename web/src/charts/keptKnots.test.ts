import { describe, expect, it } from 'vitest';

import { volumeAt } from './dvhPath';
import { DRAWN_WITHIN_PERCENT, keptKnots } from './keptKnots';

function sigmoid(count: number, width: number): Float32Array {
  const points = new Float32Array(2 * count);
  for (let knot = 0; knot < count; knot += 1) {
    const dose = (knot / (count - 1)) * 60;
    points[2 * knot] = dose;
    points[2 * knot + 1] = 100 / (1 + Math.exp((dose - 25) / width));
  }
  return points;
}

function thinned(points: ArrayLike<number>, kept: number[]): number[] {
  return kept.flatMap((knot) => [points[2 * knot] ?? Number.NaN, points[2 * knot + 1] ?? Number.NaN]);
}

describe('knots that are drawn', () => {
  it.each([0.05, 0.5, 3, 12])('keep a curve of width %d Gy within the allowed distance', (width) => {
    const points = sigmoid(600, width);
    const kept = keptKnots(points, 2, 1);
    const drawn = thinned(points, kept);
    for (let knot = 0; knot < 600; knot += 1) {
      const off = Math.abs((volumeAt(drawn, points[2 * knot] ?? 0) ?? Infinity) - (points[2 * knot + 1] ?? 0));
      expect(off).toBeLessThanOrEqual(DRAWN_WITHIN_PERCENT + 1e-4);
    }
    expect(kept.length).toBeLessThan(200);
  });

  it('are the ends of a straight line', () => {
    expect(keptKnots([0, 100, 1, 90, 2, 80, 3, 70], 2, 1)).toEqual([0, 3]);
  });

  it('keep corners, steps and ends', () => {
    expect(keptKnots([0, 100, 1, 100, 2, 100, 3, 0, 4, 0], 2, 1)).toEqual([0, 2, 3, 4]);
    expect(keptKnots([0, 100, 1, 100, 1, 40, 2, 40], 2, 1)).toEqual([0, 1, 2, 3]);
    expect(keptKnots([0, 100], 2, 1)).toEqual([0]);
    expect(keptKnots([], 2, 1)).toEqual([]);
  });
});
