import type { Grid } from './grid';
import type { Vec3 } from './vector';
import { clampIntoCell, lowerVoxel } from './volume';

/** A linear map with a shift: linear · p + shift. */
export class Affine {
  /** Twelve numbers in row order: each row of the linear part, then its shift. */
  readonly rows: Float64Array;

  private constructor(rows: Float64Array) {
    this.rows = rows;
  }

  static identity(): Affine {
    return new Affine(Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0));
  }

  /** From sixteen numbers in row order; the last row must be 0 0 0 1, and the map must not mirror the patient. */
  static fromRowMajor(numbers: readonly number[]): Affine {
    if (numbers.length !== 16 || !numbers.every(Number.isFinite))
      throw new Error('A map needs sixteen finite numbers.');
    const [a = NaN, b = NaN, c = NaN, d = NaN] = numbers.slice(12);
    const fits = [a, b, c].every((value) => Math.abs(value) < 1e-9) && Math.abs(d - 1) < 1e-9;
    if (!fits) throw new Error('The last row of a map must be 0 0 0 1.');
    const affine = new Affine(Float64Array.from(numbers.slice(0, 12)));
    const determinant = affine.determinant();
    if (Math.abs(determinant) < 1e-9) throw new Error('The map cannot be inverted.');
    if (determinant < 0) throw new Error('The map mirrors the patient; left and right would be exchanged.');
    return affine;
  }

  apply(p: Vec3): Vec3 {
    const [a, b, c, t, d, e, f, u, g, h, i, v] = this.numbers();
    return [a * p[0] + b * p[1] + c * p[2] + t, d * p[0] + e * p[1] + f * p[2] + u, g * p[0] + h * p[1] + i * p[2] + v];
  }

  /** The map back, by cofactors as the engine computes it. */
  inverse(): Affine {
    const [m11, m12, m13, t, m21, m22, m23, u, m31, m32, m33, v] = this.numbers();
    const minor1 = m22 * m33 - m32 * m23;
    const minor2 = m21 * m33 - m31 * m23;
    const minor3 = m21 * m32 - m31 * m22;
    const determinant = m11 * minor1 - m12 * minor2 + m13 * minor3;
    const linear = [
      [minor1 / determinant, (m13 * m32 - m33 * m12) / determinant, (m12 * m23 - m22 * m13) / determinant],
      [-minor2 / determinant, (m11 * m33 - m31 * m13) / determinant, (m13 * m21 - m23 * m11) / determinant],
      [minor3 / determinant, (m12 * m31 - m32 * m11) / determinant, (m11 * m22 - m21 * m12) / determinant],
    ];
    const rows = linear.flatMap(([a = 0, b = 0, c = 0]) => [a, b, c, -(a * t + b * u + c * v)]);
    return new Affine(Float64Array.from(rows));
  }

  isIdentity(): boolean {
    const identity = Affine.identity().rows;
    return this.rows.every((value, index) => value === identity[index]);
  }

  numbers(): TwelveNumbers {
    // The constructor is private and always receives twelve numbers.
    return Array.from(this.rows) as unknown as TwelveNumbers;
  }

  private determinant(): number {
    const [m11, m12, m13, , m21, m22, m23, , m31, m32, m33] = this.numbers();
    return m11 * (m22 * m33 - m32 * m23) - m12 * (m21 * m33 - m31 * m23) + m13 * (m21 * m32 - m31 * m22);
  }
}

type TwelveNumbers = readonly [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/** Takes p to after·(before·p + d(p)), with d interpolated trilinearly at p itself; nothing outside the grid. */
export class FieldMap {
  readonly grid: Grid;
  /** Three components per voxel, side by side; mm. */
  readonly values: Float32Array;
  readonly before: Affine;
  readonly after: Affine;
  /** Name by which a worker keeps a copy; unique per field. */
  readonly key: number;

  constructor(grid: Grid, values: Float32Array, before: Affine, after: Affine) {
    if (values.length !== 3 * grid.length) throw new Error('A field needs three numbers per voxel.');
    this.grid = grid;
    this.values = values;
    this.before = before;
    this.after = after;
    nextKey += 1;
    this.key = nextKey;
  }

  apply(position: Vec3): Vec3 | null {
    const displacement = this.displacementAt(position);
    if (displacement === null) return null;
    const there = this.before.apply(position);
    return this.after.apply([there[0] + displacement[0], there[1] + displacement[1], there[2] + displacement[2]]);
  }

  /** The vector at a position; null outside the grid and where a vector is not a number. */
  displacementAt(position: Vec3): Vec3 | null {
    const { size } = this.grid;
    const index = this.grid.continuousIndex(position);
    const inside = index.map((value, axis) => clampIntoCell(value, size[axis] as number));
    if (inside.some(Number.isNaN)) return null;
    const lower = inside.map((value, axis) => lowerVoxel(value, size[axis] as number));
    const sum: [number, number, number] = [0, 0, 0];
    for (let corner = 0; corner < 8; corner += 1) {
      let weight = 1;
      const at: [number, number, number] = [0, 0, 0];
      for (const axis of [0, 1, 2] as const) {
        const upper = (corner >> axis) & 1;
        const fraction = (inside[axis] as number) - (lower[axis] as number);
        at[axis] = Math.min((lower[axis] as number) + upper, size[axis] - 1);
        weight *= upper === 1 ? fraction : 1 - fraction;
      }
      if (!(weight > 0)) continue;
      const offset = 3 * this.grid.offset(at[0], at[1], at[2]);
      for (const axis of [0, 1, 2] as const) sum[axis] += (this.values[offset + axis] as number) * weight;
    }
    return sum.every(Number.isFinite) ? sum : null;
  }
}

let nextKey = 0;

/** How points of the current frame are taken to the frame of a volume. */
export type PointMap =
  | { readonly kind: 'identity' }
  | { readonly kind: 'affine'; readonly affine: Affine }
  | { readonly kind: 'field'; readonly field: FieldMap };

export const IDENTITY: PointMap = { kind: 'identity' };

/** Maps one point; null where the map is not defined. */
export function mapPoint(map: PointMap, position: Vec3): Vec3 | null {
  switch (map.kind) {
    case 'identity':
      return position;
    case 'affine':
      return map.affine.apply(position);
    case 'field':
      return map.field.apply(position);
  }
}
