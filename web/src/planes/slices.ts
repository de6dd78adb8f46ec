import type { Grid } from './grid';
import { type InPlane, type PlaneKind, PLANE_STYLES, cornersOf, inPlane } from './plane';

/** Step between planes where no volume says another one. */
const STEP_WITHOUT_IMAGE_MM = 1;

/** The axis of a grid that runs along the normal of a plane, if one does. */
function axisThrough(grid: Grid, kind: PlaneKind): { axis: 0 | 1 | 2; sign: 1 | -1 } | null {
  const { normal } = PLANE_STYLES[kind];
  for (const axis of [0, 1, 2] as const) {
    const along = grid.axes[axis][normal];
    if (Math.abs(along) > 1 - 1e-9) return { axis, sign: along > 0 ? 1 : -1 };
  }
  return null;
}

/** Position of the plane a number of slices on from a position; slices are those of the image where it has any that way. */
export function steppedPosition(grid: Grid | null, kind: PlaneKind, positionMm: number, steps: number): number {
  if (grid === null) return positionMm + steps * STEP_WITHOUT_IMAGE_MM;
  const through = axisThrough(grid, kind);
  const { normal } = PLANE_STYLES[kind];
  if (through === null) return withinGrid(grid, kind, positionMm + steps * Math.min(...grid.spacing));
  const index = indexOf(grid, kind, positionMm, through.axis);
  const n = grid.size[through.axis];
  const next = Math.min(Math.max(Math.round(index) + steps * through.sign, 0), n - 1);
  const at = [0, 0, 0] as [number, number, number];
  at[through.axis] = next;
  return grid.positionMm(at[0], at[1], at[2])[normal];
}

/** Number of the slice at a position and of how many, counted from one; null where the planes are not slices of the image. */
export function sliceNumber(
  grid: Grid | null,
  kind: PlaneKind,
  positionMm: number,
): { slice: number; of: number } | null {
  const through = grid === null ? null : axisThrough(grid, kind);
  if (grid === null || through === null) return null;
  const index = Math.round(indexOf(grid, kind, positionMm, through.axis));
  const n = grid.size[through.axis];
  return index >= 0 && index < n ? { slice: index + 1, of: n } : null;
}

/** Distance of the slices about a position. */
export function sliceDistanceMm(grid: Grid | null, kind: PlaneKind, positionMm: number): number {
  const up = steppedPosition(grid, kind, positionMm, 1);
  const down = steppedPosition(grid, kind, positionMm, -1);
  const distance = Math.max(Math.abs(up - positionMm), Math.abs(positionMm - down));
  return distance > 0 ? distance : STEP_WITHOUT_IMAGE_MM;
}

/** Distance of the pixels of the image along the rows of a plane. */
export function pixelDistanceMm(grid: Grid | null): number {
  return grid === null ? 1 : Math.min(grid.spacing[0], grid.spacing[1]);
}

function indexOf(grid: Grid, kind: PlaneKind, positionMm: number, axis: 0 | 1 | 2): number {
  const point = [...grid.origin] as [number, number, number];
  point[PLANE_STYLES[kind].normal] = positionMm;
  return grid.continuousIndex(point)[axis];
}

function withinGrid(grid: Grid, kind: PlaneKind, positionMm: number): number {
  const along = cornersOf(grid).map((corner) => corner[PLANE_STYLES[kind].normal]);
  return Math.min(Math.max(positionMm, Math.min(...along)), Math.max(...along));
}

/** Middle and size in mm of what a grid covers on a plane, with half a voxel around it. */
export function extentInPlane(grid: Grid, kind: PlaneKind): { middle: InPlane; size: readonly [number, number] } {
  const places = cornersOf(grid).map((corner) => inPlane(kind, corner));
  const [u, v] = [places.map((place) => place[0]), places.map((place) => place[1])];
  const margin = Math.max(...grid.spacing);
  const range = (values: number[]): readonly [number, number] => [Math.min(...values), Math.max(...values)];
  const [left, right] = range(u);
  const [top, bottom] = range(v);
  return {
    middle: [(left + right) / 2, (top + bottom) / 2],
    size: [right - left + margin, bottom - top + margin],
  };
}
