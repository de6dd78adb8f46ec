import { CELL, Grid } from './grid';
import type { Vec3 } from './vector';

/** Values as they are served. */
export type VolumeValues = Int16Array | Float32Array;

/** One value per voxel of a grid, i fastest. NaN is unknown. */
export class Volume {
  readonly grid: Grid;
  readonly values: VolumeValues;
  /** Name by which a worker keeps a copy; unique per volume. */
  readonly key: number;

  constructor(grid: Grid, values: VolumeValues) {
    if (grid.length !== values.length) throw new Error('The number of values differs from the number of voxels.');
    this.grid = grid;
    this.values = values;
    nextKey += 1;
    this.key = nextKey;
  }

  /**
   * The value at a position by trilinear interpolation between voxel centres, NaN where there is none.
   *
   * Within half a voxel beyond the outermost centres the outermost value holds. Further out there is no value.
   */
  trilinear(position: Vec3): number {
    const index = this.grid.continuousIndex(position);
    const [ni, nj, nk] = this.grid.size;
    const x = clampIntoCell(index[0], ni);
    const y = clampIntoCell(index[1], nj);
    const z = clampIntoCell(index[2], nk);
    if (Number.isNaN(x) || Number.isNaN(y) || Number.isNaN(z)) return NaN;
    const i = lowerVoxel(x, ni);
    const j = lowerVoxel(y, nj);
    const k = lowerVoxel(z, nk);
    const stepI = ni > 1 ? 1 : 0;
    const stepJ = nj > 1 ? ni : 0;
    const stepK = nk > 1 ? ni * nj : 0;
    const alongI = (offset: number): number => {
      const low = this.values[offset] as number;
      return low + (x - i) * ((this.values[offset + stepI] as number) - low);
    };
    const alongJ = (offset: number): number => {
      const low = alongI(offset);
      return low + (y - j) * (alongI(offset + stepJ) - low);
    };
    const base = this.grid.offset(i, j, k);
    const low = alongJ(base);
    return low + (z - k) * (alongJ(base + stepK) - low);
  }
}

let nextKey = 0;

/** The index drawn into the range of voxel centres; NaN outside the outermost cells. */
export function clampIntoCell(index: number, size: number): number {
  const last = size - 1;
  // The positive form also turns away a NaN.
  if (!(index >= -CELL && index <= last + CELL)) return NaN;
  return index < 0 ? 0 : index > last ? last : index;
}

/** The voxel below an index that lies within the centres, so that there is a next one. */
export function lowerVoxel(inside: number, size: number): number {
  return Math.min(Math.floor(inside), Math.max(size - 2, 0));
}
