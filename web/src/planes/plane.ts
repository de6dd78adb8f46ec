import type { Grid } from './grid';
import { type Vec3, add, dot, scaled, subtract } from './vector';

/** Which way a plane cuts the patient. */
export type PlaneKind = 'axial' | 'coronal' | 'sagittal';

export const PLANE_KINDS: readonly PlaneKind[] = ['axial', 'coronal', 'sagittal'];

/** How a plane is drawn: directions of a step to the right and down, and the axis it is moved along. */
export interface PlaneStyle {
  readonly name: string;
  readonly right: Vec3;
  readonly down: Vec3;
  /** Index of the patient axis perpendicular to the plane. */
  readonly normal: 0 | 1 | 2;
  /** Letters at the left, right, top and bottom edges. */
  readonly letters: readonly [string, string, string, string];
}

/** The same axes and letters as in the engine's report. */
export const PLANE_STYLES: Readonly<Record<PlaneKind, PlaneStyle>> = {
  axial: { name: 'Axial', right: [1, 0, 0], down: [0, 1, 0], normal: 2, letters: ['R', 'L', 'A', 'P'] },
  coronal: { name: 'Coronal', right: [1, 0, 0], down: [0, 0, -1], normal: 1, letters: ['R', 'L', 'H', 'F'] },
  sagittal: { name: 'Sagittal', right: [0, 1, 0], down: [0, 0, -1], normal: 0, letters: ['A', 'P', 'H', 'F'] },
};

/** The pixels of a plane; the origin is the centre of the first pixel. */
export interface Plane {
  readonly origin: Vec3;
  readonly right: Vec3;
  readonly down: Vec3;
  readonly pixelMm: number;
  readonly columns: number;
  readonly rows: number;
}

/** A place in a plane: mm along its directions to the right and down. */
export type InPlane = readonly [right: number, down: number];

/** Where a pixel lies. */
export function pixelPosition(plane: Plane, column: number, row: number): Vec3 {
  const alongRow = add(plane.origin, scaled(plane.right, column * plane.pixelMm));
  return add(alongRow, scaled(plane.down, row * plane.pixelMm));
}

export function inPlane(kind: PlaneKind, position: Vec3): InPlane {
  const style = PLANE_STYLES[kind];
  return [dot(style.right, position), dot(style.down, position)];
}

/** Where the plane through a point lies: x, y or z. */
export function planePosition(kind: PlaneKind, through: Vec3): number {
  return through[PLANE_STYLES[kind].normal];
}

/** The point of a plane; the inverse of `inPlane` and `planePosition`. */
export function patientPosition(kind: PlaneKind, place: InPlane, positionMm: number): Vec3 {
  const style = PLANE_STYLES[kind];
  const point = add(scaled(style.right, place[0]), scaled(style.down, place[1]));
  return withPlanePosition(kind, point, positionMm);
}

export function withPlanePosition(kind: PlaneKind, point: Vec3, positionMm: number): Vec3 {
  const moved: [number, number, number] = [...point];
  moved[PLANE_STYLES[kind].normal] = positionMm;
  return moved;
}

/** Distance of pixels of the raster on which the engine traces isodose lines. */
export const ENGINE_PIXEL_MM = 1;

/** The raster that the engine lays over a grid on a plane through a point, so that traced lines agree. */
export function engineRaster(grid: Grid, kind: PlaneKind, through: Vec3): Plane {
  const { right, down } = PLANE_STYLES[kind];
  const low: [number, number] = [Infinity, Infinity];
  const high: [number, number] = [-Infinity, -Infinity];
  for (const corner of cornersOf(grid)) {
    const from = subtract(corner, through);
    const along = [dot(right, from), dot(down, from)] as const;
    for (const axis of [0, 1] as const) {
      low[axis] = Math.min(low[axis], along[axis]);
      high[axis] = Math.max(high[axis], along[axis]);
    }
  }
  return {
    origin: add(add(through, scaled(right, low[0])), scaled(down, low[1])),
    right,
    down,
    pixelMm: ENGINE_PIXEL_MM,
    columns: Math.floor((high[0] - low[0]) / ENGINE_PIXEL_MM) + 1,
    rows: Math.floor((high[1] - low[1]) / ENGINE_PIXEL_MM) + 1,
  };
}

/** The centres of the eight outermost voxels. */
export function cornersOf(grid: Grid): Vec3[] {
  const [ni, nj, nk] = grid.size;
  const corners: Vec3[] = [];
  for (let corner = 0; corner < 8; corner += 1) {
    const at = (axis: number, n: number): number => (((corner >> axis) & 1) === 1 ? n - 1 : 0);
    corners.push(grid.positionMm(at(0, ni), at(1, nj), at(2, nk)));
  }
  return corners;
}
