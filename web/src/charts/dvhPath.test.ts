import { describe, expect, it } from 'vitest';

import { bandAt, bandEdge, bandPath, curvePath, doseAt, highestDose, volumeAt } from './dvhPath';

const CURVE = Float32Array.from([0, 100, 10, 100, 20, 50, 40, 0]);

describe('paths', () => {
  it('draws one line through all points', () => {
    expect(curvePath(CURVE)).toBe('M0 100L10 100L20 50L40 0');
    expect(curvePath([])).toBe('');
  });

  it('closes a band along its upper edge', () => {
    expect(bandPath([0, 90, 100, 10, 40, 60])).toBe('M0 90L10 40L10 60L0 100Z');
    expect(bandEdge([0, 90, 100, 10, 40, 60], 1)).toBe('M0 90L10 40');
    expect(bandEdge([0, 90, 100, 10, 40, 60], 2)).toBe('M0 100L10 60');
    expect(bandPath([])).toBe('');
  });
});

describe('values at the cursor', () => {
  it.each([
    [0, 100],
    [10, 100],
    [15, 75],
    [20, 50],
    [30, 25],
    [40, 0],
    [41, 0],
  ])('at %d Gy the volume is %d %%', (dose, percent) => {
    expect(volumeAt(CURVE, dose)).toBeCloseTo(percent, 6);
  });

  it('knows nothing before the first point and of no points', () => {
    expect(volumeAt([5, 100, 10, 0], 4)).toBeNull();
    expect(volumeAt([], 4)).toBeNull();
  });

  it('has no band past the last served dose', () => {
    expect(bandAt([0, 90, 100, 10, 40, 60], 5)).toEqual([65, 80]);
    expect(bandAt([0, 90, 100, 10, 40, 60], 11)).toBeNull();
  });

  it('finds the dose of a volume where the curve falls', () => {
    expect(doseAt(CURVE, 25)).toBeCloseTo(30, 6);
    expect(doseAt(CURVE, 50)).toBeCloseTo(20, 6);
    expect(doseAt([0, 40, 10, 0], 50)).toBeNull();
  });

  it('counts the last dose up to which there is volume', () => {
    expect(highestDose([0, 100, 10, 5, 20, 0, 30, 0])).toBe(20);
    expect(highestDose([0, 0, 10, 0])).toBe(0);
  });
});
