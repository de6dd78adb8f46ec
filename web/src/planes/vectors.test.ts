import { describe, expect, it } from 'vitest';
import { Grid, type GridInfo } from './grid';
import { Volume } from './volume';

/** Values at positions as the engine computed them; null where it has no value. */
interface Vectors {
  readonly grid: GridInfo;
  readonly type: 'i16' | 'f32';
  /** Null is an unknown value (NaN). */
  readonly values: readonly (number | null)[];
  readonly positions: readonly (readonly [number, number, number])[];
  readonly expected: readonly (number | null)[];
}

const files = import.meta.glob<Vectors>('./vectors/*.json', { eager: true, import: 'default' });

describe.runIf(Object.keys(files).length > 0)('values that the engine computed', () => {
  it.each(Object.entries(files))('are met to the last bit: %s', (_, vectors) => {
    const values = vectors.values.map((value) => value ?? NaN);
    const volume = new Volume(
      new Grid(vectors.grid),
      vectors.type === 'i16' ? Int16Array.from(values) : Float32Array.from(values),
    );
    expect(vectors.positions.length).toBe(vectors.expected.length);
    expect(vectors.positions.length).toBeGreaterThan(0);
    for (const [index, position] of vectors.positions.entries()) {
      const expected = vectors.expected[index] ?? NaN;
      const value = volume.trilinear(position);
      if (!Object.is(value, expected)) throw new Error(`position ${index}: ${value} is not ${expected}`);
    }
  });
});
