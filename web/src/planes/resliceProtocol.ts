import type { GridInfo, Grid } from './grid';
import type { Plane } from './plane';
import { Affine, FieldMap, type PointMap } from './transform';
import type { VolumeValues } from './volume';

/** A grid as it crosses to the worker: classes do not. */
export type GridMessage = GridInfo;

export type MapMessage =
  | { readonly kind: 'identity' }
  | { readonly kind: 'affine'; readonly numbers: readonly number[] }
  | { readonly kind: 'field'; readonly field: number };

/** One raster to be filled. */
export interface ResliceJob {
  readonly volume: number;
  readonly map: MapMessage;
  readonly plane: Plane;
}

export type ToWorker =
  | { readonly kind: 'volume'; readonly key: number; readonly grid: GridMessage; readonly values: VolumeValues }
  | {
      readonly kind: 'field';
      readonly key: number;
      readonly grid: GridMessage;
      readonly values: Float32Array;
      readonly before: readonly number[];
      readonly after: readonly number[];
    }
  | { readonly kind: 'reslice'; readonly request: number; readonly jobs: readonly ResliceJob[] }
  | { readonly kind: 'forget'; readonly volumes: readonly number[]; readonly fields: readonly number[] };

export type FromWorker =
  | { readonly request: number; readonly rasters: readonly Float32Array[] }
  | { readonly request: number; readonly error: string };

export function gridMessage(grid: Grid): GridMessage {
  const [a, b, c] = grid.axes;
  return {
    origin_mm: grid.origin,
    spacing_mm: grid.spacing,
    direction: [a[0], b[0], c[0], a[1], b[1], c[1], a[2], b[2], c[2]],
    size: grid.size,
    plane_offsets_mm: grid.planeOffsets === null ? null : Array.from(grid.planeOffsets),
  };
}

export function affineMessage(affine: Affine): readonly number[] {
  return [...affine.rows, 0, 0, 0, 1];
}

export function mapMessage(map: PointMap): MapMessage {
  switch (map.kind) {
    case 'identity':
      return { kind: 'identity' };
    case 'affine':
      return { kind: 'affine', numbers: affineMessage(map.affine) };
    case 'field':
      return { kind: 'field', field: map.field.key };
  }
}

/** The map on the worker's side, with the fields it keeps. */
export function mapOf(message: MapMessage, fields: ReadonlyMap<number, FieldMap>): PointMap {
  switch (message.kind) {
    case 'identity':
      return { kind: 'identity' };
    case 'affine':
      return { kind: 'affine', affine: Affine.fromRowMajor(message.numbers) };
    case 'field': {
      const field = fields.get(message.field);
      if (field === undefined) throw new Error('The worker does not know this vector field.');
      return { kind: 'field', field };
    }
  }
}
