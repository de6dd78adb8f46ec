import { describe, expect, it } from 'vitest';
import { ArrayFile, type ArrayValues, type NamedArray } from '../api/arrays';
import type { VolumeInfo } from '../api/volumes';
import { layerOf } from './layer';

const GRID = {
  origin_mm: [0, 0, 0],
  spacing_mm: [1, 1, 1],
  direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  size: [4, 3, 2],
  plane_offsets_mm: null,
} as unknown as VolumeInfo['grid'];

function file(quantity: VolumeInfo['quantity'], shape: number[], values: ArrayValues): ArrayFile<VolumeInfo> {
  const header = { id: 'layer', quantity, grid: GRID } as VolumeInfo;
  const array: NamedArray = { name: 'values', type: 'f32', shape, values };
  return new ArrayFile(header, [array]);
}

describe('layerOf', () => {
  it('reads values and vectors', () => {
    expect(layerOf(file('image', [2, 3, 4], new Int16Array(24))).volume?.values.length).toBe(24);
    const field = layerOf(file('field', [2, 3, 4, 3], new Float32Array(72)));
    expect(field.volume).toBeNull();
    expect(field.vectors?.length).toBe(72);
  });

  it.each([
    ['axes that are exchanged', file('eqd2', [4, 3, 2], new Float32Array(24))],
    ['vectors where values were announced', file('eqd2', [2, 3, 4, 3], new Float32Array(72))],
    ['another type', file('eqd2', [2, 3, 4], new Uint8Array(24))],
  ])('refuses %s', (_, wrong) => {
    expect(() => layerOf(wrong)).toThrow(/layer/);
  });
});
