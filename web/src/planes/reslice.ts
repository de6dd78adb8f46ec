import type { Plane } from './plane';
import { resliceGeneral } from './resliceGeneral';
import { parallelAxes, resliceParallel } from './resliceParallel';
import type { PointMap } from './transform';
import type { Volume } from './volume';

/** Whether the quick way can be taken: no map, and the axes of the volume stand exactly along those of the plane. */
export function isQuick(volume: Volume, map: PointMap, plane: Plane): boolean {
  return map.kind === 'identity' && parallelAxes(volume.grid, plane) !== null;
}

/** Fills `out` row by row with the values of a volume on a plane; NaN where there is no value. */
export function reslice(volume: Volume, map: PointMap, plane: Plane, out: Float32Array): void {
  if (out.length !== plane.columns * plane.rows) throw new Error('The raster does not fit the plane.');
  const axes = map.kind === 'identity' ? parallelAxes(volume.grid, plane) : null;
  if (axes === null) resliceGeneral(volume, map, plane, out);
  else resliceParallel(volume, axes, plane, out);
}
