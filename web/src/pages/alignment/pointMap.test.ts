import { describe, expect, it } from 'vitest';
import type { MapInfo, VolumeInfo } from '../../api/volumes';
import { gridOf } from '../../planes/testVolumes';
import { IDENTITY, mapPoint } from '../../planes/transform';
import type { LoadedLayer } from '../../state/layer';
import { pointMapOf, residualMm } from './pointMap';

const NONE = { moving_from_fixed: null, field: null, before: null, after: null };
const info = (rest: Partial<MapInfo>): MapInfo => ({ ...NONE, kind: 'rigid', ...rest }) as MapInfo;
const shift = (x: number): number[] => [1, 0, 0, x, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

function field(value: number): LoadedLayer {
  const grid = gridOf({ size: [2, 2, 2] });
  return { info: {} as VolumeInfo, grid, volume: null, vectors: new Float32Array(24).fill(value), bytes: 96 };
}

describe('pointMapOf', () => {
  it('applies matrices before and after the vectors', () => {
    const map = pointMapOf(
      info({ kind: 'deformable', field: 'field-C1', before: shift(10), after: shift(-3) }),
      field(2),
    );
    expect(map === null ? null : mapPoint(map, [0.5, 0.5, 0.5])).toEqual([9.5, 2.5, 2.5]);
  });

  it('takes points by a matrix', () => {
    const map = pointMapOf(info({ moving_from_fixed: shift(4) }), null);
    expect(map === null ? null : mapPoint(map, [1, 2, 3])).toEqual([5, 2, 3]);
  });

  it('is nothing where no map is used, or its field is not here', () => {
    expect(pointMapOf(info({ kind: 'none' }), null)).toBeNull();
    expect(pointMapOf(info({ kind: 'deformable', field: 'field-C1' }), null)).toBeNull();
    expect(pointMapOf(info({ kind: 'same-frame' }), null)).toBe(IDENTITY);
  });

  it('is the same object for the same map, and another one for another field', () => {
    const [own, one, other] = [info({ kind: 'deformable', field: 'f' }), field(1), field(1)];
    expect(pointMapOf(own, one)).toBe(pointMapOf(own, one));
    expect(pointMapOf(own, other)).not.toBe(pointMapOf(own, one));
  });
});

describe('residualMm', () => {
  it('is the distance, or nothing outside the map', () => {
    const map = pointMapOf(info({ kind: 'deformable', field: 'f' }), field(0)) ?? IDENTITY;
    expect(residualMm(map, [0, 0, 0], [3, 4, 0])).toBe(5);
    expect(residualMm(map, [9, 0, 0], [3, 4, 0])).toBeNull();
  });
});
