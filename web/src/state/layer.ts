/** Something that can be laid over the image, with its values. */
import type { ArrayFile } from '../api/arrays';
import { ArrayFileError } from '../api/arrays';
import type { VolumeInfo } from '../api/volumes';
import { Grid } from '../planes/grid';
import { Volume } from '../planes/volume';

export interface LoadedLayer {
  readonly info: VolumeInfo;
  readonly grid: Grid;
  /** One value per voxel; null for vectors. */
  readonly volume: Volume | null;
  /** Three numbers per voxel; null for values. */
  readonly vectors: Float32Array | null;
  readonly bytes: number;
}

/** Reads a layer; what does not fit its grid is refused, since it would be drawn in the wrong place. */
export function layerOf(file: ArrayFile<VolumeInfo>): LoadedLayer {
  const info = file.header;
  const grid = new Grid(info.grid);
  const { values, shape } = file.array('values');
  const [ni, nj, nk] = grid.size;
  const isField = info.quantity === 'field';
  const expected = isField ? [nk, nj, ni, 3] : [nk, nj, ni];
  if (shape.length !== expected.length || shape.some((n, axis) => n !== expected[axis])) {
    throw new ArrayFileError(`the values of ${info.id} do not fit its grid`);
  }
  if (!(values instanceof Float32Array || values instanceof Int16Array)) {
    throw new ArrayFileError(`the values of ${info.id} have an unexpected type`);
  }
  const bytes = values.byteLength;
  if (!isField) return { info, grid, volume: new Volume(grid, values), vectors: null, bytes };
  return { info, grid, volume: null, vectors: file.f32('values'), bytes };
}
