import { describe, expect, it } from 'vitest';
import { gridOf } from './testVolumes';
import { Affine, FieldMap } from './transform';

const quarterTurn = Affine.fromRowMajor([0, -1, 0, 5, 1, 0, 0, -7, 0, 0, 1, 120, 0, 0, 0, 1]);

describe('a linear map', () => {
  it('takes a point by hand', () => {
    expect(quarterTurn.apply([12, 34, -56])).toEqual([-34 + 5, 12 - 7, 64]);
  });

  it('is undone by its inverse', () => {
    expect(quarterTurn.inverse().apply(quarterTurn.apply([12, 34, -56]))).toEqual([12, 34, -56]);
  });

  it.each([
    ['mirrors', [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]],
    ['is singular', [1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]],
    ['has another last row', [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1]],
    ['is not finite', [NaN, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]],
  ])('that %s is refused', (_, numbers) => {
    expect(() => Affine.fromRowMajor(numbers)).toThrow();
  });
});

describe('a vector field', () => {
  const grid = gridOf({ size: [2, 2, 2], spacing_mm: [10, 10, 10] });
  // The x component is 8 mm at the upper corner and zero elsewhere; y is 1 mm everywhere.
  const values = Float32Array.from({ length: 24 }, (_, n) => (n === 21 ? 8 : n % 3 === 1 ? 1 : 0));
  const shift = (x: number): Affine => Affine.fromRowMajor([1, 0, 0, x, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);

  it('adds the displacement between the two linear maps', () => {
    const field = new FieldMap(grid, values, shift(100), quarterTurn);
    // In the middle an eighth of 8 mm: (5 + 100 + 1, 5 + 1, 5), then turned and shifted.
    expect(field.apply([5, 5, 5])).toEqual([-6 + 5, 106 - 7, 125]);
    expect(field.apply([10, 10, 10])).toEqual([-11 + 5, 118 - 7, 130]);
  });

  it('has no value outside its grid, which reaches half a voxel beyond', () => {
    const field = new FieldMap(grid, values, shift(0), shift(0));
    expect(field.apply([15, 5, 5])).not.toBeNull();
    expect(field.apply([15.01, 5, 5])).toBeNull();
  });

  it('has no value near a vector that is not a number, but at a neighbour itself', () => {
    const holed = Float32Array.from(values);
    holed[21] = NaN;
    const field = new FieldMap(grid, holed, shift(0), shift(0));
    expect(field.apply([5, 5, 5])).toBeNull();
    expect(field.apply([0, 0, 0])).toEqual([0, 1, 0]);
  });
});
