import { type Polyline, isolines, rowBoundsOf } from './isolines';
import { type Plane, type PlaneKind, PLANE_STYLES, engineRaster, withPlanePosition } from './plane';
import { reslice } from './reslice';
import { IDENTITY } from './transform';
import { dot } from './vector';
import type { Volume } from './volume';

/** Lines of one level; points in mm along the plane's directions to the right and down. */
export interface IsodoseLines {
  readonly level: number;
  readonly lines: readonly Polyline[];
}

/** Traces the levels of a dose on a plane, on the raster that the engine uses for its report. */
export function isodoseLines(
  dose: Volume,
  kind: PlaneKind,
  positionMm: number,
  levels: readonly number[],
): IsodoseLines[] {
  const through = withPlanePosition(kind, dose.grid.centreMm(), positionMm);
  const plane = engineRaster(dose.grid, kind, through);
  const values = new Float32Array(plane.columns * plane.rows);
  reslice(dose, IDENTITY, plane, values);
  const plain = { values, columns: plane.columns };
  const raster = { ...plain, rowBounds: rowBoundsOf(plain) };
  return levels.map((level) => ({
    level,
    lines: isolines(raster, level).map((line) => inMillimetres(line, plane, kind)),
  }));
}

function inMillimetres(line: Polyline, plane: Plane, kind: PlaneKind): Polyline {
  const style = PLANE_STYLES[kind];
  const start = [dot(style.right, plane.origin), dot(style.down, plane.origin)] as const;
  return line.map((pixel, index) => start[(index % 2) as 0 | 1] + pixel * plane.pixelMm);
}
