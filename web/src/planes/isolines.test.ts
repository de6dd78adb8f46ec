import { describe, expect, it } from 'vitest';
import { isodoseLines } from './isodose';
import { isolines, rowBoundsOf } from './isolines';
import { filledVolume, gridOf, randomNumbers } from './testVolumes';

function raster(values: readonly number[], columns: number): { values: Float32Array; columns: number } {
  return { values: Float32Array.from(values), columns };
}

describe('isolines', () => {
  it('make one closed line of a disc', () => {
    const values = Array.from({ length: 41 * 41 }, (_, n) => Math.hypot((n % 41) - 20, Math.floor(n / 41) - 20));
    const lines = isolines(raster(values, 41), 12.5);
    expect(lines).toHaveLength(1);
    const [line] = lines;
    expect(line?.slice(0, 2)).toEqual(line?.slice(-2));
    for (let n = 0; n < (line?.length ?? 0) / 2; n += 1) {
      const radius = Math.hypot((line?.[2 * n] ?? NaN) - 20, (line?.[2 * n + 1] ?? NaN) - 20);
      expect(Math.abs(radius - 12.5)).toBeLessThan(0.05);
    }
  });

  it.each([-0.1, 0, 0.3, 0.99, 1, 7])('are the same at %d where rows without a crossing are passed over', (level) => {
    const random = randomNumbers(7);
    const hill = (n: number): number => Math.exp(-((Math.floor(n / 23) - 9) ** 2) / 30);
    const values = Array.from({ length: 23 * 19 }, (_, n) => (random() < 0.1 ? NaN : hill(n) * random()));
    const plain = raster(values, 23);
    expect(isolines({ ...plain, rowBounds: rowBoundsOf(plain) }, level)).toEqual(isolines(plain, level));
  });

  it('need no look at rows that nothing crosses', () => {
    const plain = raster([5, NaN, 5, 5, 0, 1, NaN, NaN], 2);
    expect(Array.from(rowBoundsOf(plain))).toEqual([5, 5, 5, 5, 0, 1, Infinity, -Infinity]);
  });

  it('go round a single point in the order of the engine', () => {
    const [line, ...others] = isolines(raster([0, 0, 0, 0, 4, 0, 0, 0, 0], 3), 1);
    expect(others).toEqual([]);
    expect(Array.from(line ?? [])).toEqual([1, 0.25, 0.25, 1, 1, 1.75, 1.75, 1, 1, 0.25]);
  });

  it.each([
    [
      'low',
      [4, 0, 0, 4],
      2.5,
      [
        [0, 0.375, 0.375, 0],
        [0.625, 1, 1, 0.625],
      ],
    ],
    [
      'high',
      [4, 0, 0, 4],
      1.5,
      [
        [0.625, 0, 1, 0.375],
        [0.375, 1, 0, 0.625],
      ],
    ],
  ])('split a saddle with a %s middle by its mean', (_, values, level, expected) => {
    const lines = isolines(raster(values, 2), level).map((line) => Array.from(line));
    expect(lines.map((line) => [...line].sort())).toEqual(expected.map((line) => [...line].sort()));
  });

  it('are none on a flat or an empty raster', () => {
    expect(
      isolines(
        raster(
          Array.from({ length: 9 }, () => 1),
          3,
        ),
        2,
      ),
    ).toEqual([]);
    expect(isolines(raster([], 0), 2)).toEqual([]);
  });

  it('end where values are unknown, and do not close around them', () => {
    const lines = isolines(raster([0, 4, NaN, 0, 4, NaN, 0, 4, NaN], 3), 2);
    expect(lines.map((line) => Array.from(line))).toEqual([[0.5, 0, 0.5, 1, 0.5, 2]]);
  });
});

describe('isodose lines', () => {
  it.each([
    ['axial', 5, 3],
    ['coronal', 4, 3],
    ['sagittal', 6, null],
  ] as const)('of a ramp along x lie where it reaches the level (%s)', (kind, position, expected) => {
    const dose = filledVolume(gridOf({ size: [11, 11, 11] }), ([x]) => 2 * x);
    const [level] = isodoseLines(dose, kind, position, [6]);
    const points = level?.lines.flatMap((line) => Array.from(line)) ?? [];
    if (expected === null) expect(points).toEqual([]);
    else {
      expect(points.length).toBeGreaterThan(20);
      expect(points.filter((_, n) => n % 2 === 0).every((x) => x === expected)).toBe(true);
    }
  });

  it('on coronal planes run from the head down', () => {
    const dose = filledVolume(gridOf({ size: [11, 11, 11] }), ([, , z]) => z);
    const [level] = isodoseLines(dose, 'coronal', 5, [7]);
    const points = Array.from(level?.lines[0] ?? []);
    expect(points.filter((_, n) => n % 2 === 1).every((down) => down === -7)).toBe(true);
  });
});
