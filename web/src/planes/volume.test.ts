import { describe, expect, it } from 'vitest';
import { filledVolume, gridOf } from './testVolumes';
import { add, scaled } from './vector';
import type { Vec3 } from './vector';
import { Volume } from './volume';

const ramp = (p: Vec3): number => p[0] + 10 * p[1] - p[2];
const grid = gridOf({ origin_mm: [-1, 0, 4], spacing_mm: [2, 3, 1.5] });

describe('trilinear', () => {
  it('reproduces a ramp', () => {
    expect(filledVolume(grid, ramp).trilinear([2.3, 7.9, 9.1])).toBeCloseTo(2.3 + 79 - 9.1, 4);
  });

  it('holds the outermost value for half a voxel and nothing beyond', () => {
    const volume = filledVolume(grid, ramp);
    const edge = grid.positionMm(3, 4, 5);
    expect(volume.trilinear(add(edge, [1, 1.5, 0.75]))).toBe(volume.trilinear(edge));
    expect(volume.trilinear(add(edge, [1.0001, 0, 0]))).toBeNaN();
    expect(volume.trilinear([-2, 0, 4])).toBe(volume.trilinear([-1, 0, 4]));
    expect(volume.trilinear([-2.0001, 0, 4])).toBeNaN();
    expect(volume.trilinear([NaN, 0, 4])).toBeNaN();
  });

  it('lets a single plane stand for one millimetre, whatever its spacing says', () => {
    const plane = gridOf({ size: [2, 2, 1], spacing_mm: [1, 1, 0] });
    const volume = new Volume(plane, Float32Array.of(1, 2, 3, 4));
    expect(volume.trilinear([0.5, 0.5, 0.5])).toBe(2.5);
    expect(volume.trilinear([0.5, 0.5, 0.51])).toBeNaN();
  });

  it('reproduces a ramp on oblique axes', () => {
    const [c, s] = [Math.cos(0.4), Math.sin(0.4)];
    const turned = gridOf({ direction: [c, -s, 0, s, c, 0, 0, 0, 1], spacing_mm: [1.3, 0.7, 2] });
    const inside = add(turned.positionMm(1, 2, 3), scaled([c, s, 0], 0.6));
    expect(filledVolume(turned, ramp).trilinear(inside)).toBeCloseTo(ramp(inside), 4);
  });

  it('reproduces a ramp between unequal planes', () => {
    const unequal = gridOf({ size: [2, 2, 4], plane_offsets_mm: [0, 2, 3, 7] });
    const volume = filledVolume(unequal, ramp);
    for (const z of [0, 1.2, 2, 2.5, 3, 5, 7])
      expect(volume.trilinear([0.5, 0.5, z])).toBeCloseTo(ramp([0.5, 0.5, z]), 5);
    // Half a voxel beyond the last plane is half of the last distance, 4 mm.
    expect(volume.trilinear([0, 0, 9])).toBe(volume.trilinear([0, 0, 7]));
    expect(volume.trilinear([0, 0, 9.01])).toBeNaN();
    expect(volume.trilinear([0, 0, -1.01])).toBeNaN();
  });

  it('keeps an unknown neighbour unknown even without weight, as the engine does', () => {
    const line = gridOf({ size: [3, 1, 1] });
    const volume = new Volume(line, Float32Array.of(1, NaN, 3));
    expect(volume.trilinear([0, 0, 0])).toBeNaN();
    expect(volume.trilinear([1.5, 0, 0])).toBeNaN();
  });
});

describe('a grid', () => {
  it('has index and position as inverses', () => {
    const unequal = gridOf({
      origin_mm: [1, 2, 3],
      direction: [-1, 0, 0, 0, -1, 0, 0, 0, 1],
      spacing_mm: [2, 3, 2.3],
      size: [5, 6, 4],
      plane_offsets_mm: [0, 2, 3, 7],
    });
    const indices: readonly Vec3[] = [
      [0, 0, 0],
      [4, 5, 3],
      [1, 2, 2],
    ];
    for (const index of indices) {
      expect(unequal.continuousIndex(unequal.positionMm(...index))).toEqual([...index]);
    }
  });

  it.each([
    ['skew axes', { direction: [1, 0.01, 0, 0, 1, 0, 0, 0, 1] }],
    ['not a number', { direction: [NaN, 0, 0, 0, 1, 0, 0, 0, 1] }],
    ['planes out of order', { size: [1, 1, 3], plane_offsets_mm: [0, 2, 1] }],
    ['planes that do not begin at the origin', { size: [1, 1, 2], plane_offsets_mm: [1, 2] }],
    ['no spacing', { spacing_mm: [0, 1, 1] }],
    ['no voxels', { size: [0, 1, 1] }],
    ['half a voxel', { size: [1.5, 1, 1] }],
    ['an unknown place', { origin_mm: [NaN, 0, 0] }],
  ])('with %s is refused', (_, info) => {
    expect(() => gridOf(info)).toThrow();
  });

  it('does not take values of another number', () => {
    expect(() => new Volume(gridOf({}), new Float32Array(3))).toThrow();
  });
});
