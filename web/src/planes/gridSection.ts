import { CELL, type Grid } from './grid';
import { type InPlane, type PlaneKind, PLANE_STYLES, inPlane } from './plane';
import { type Vec3, add, scaled } from './vector';

/**
 * Where a plane cuts the box of a grid, as the corners of a convex polygon in mm along the plane; empty outside.
 *
 * The box reaches half a voxel beyond the outermost centres: that far there are values.
 */
export function gridSection(grid: Grid, kind: PlaneKind, positionMm: number): InPlane[] {
  const corners = boxCorners(grid);
  const axis = PLANE_STYLES[kind].normal;
  const places: InPlane[] = [];
  for (const [from, to] of BOX_EDGES) {
    const a = corners[from] as Vec3;
    const b = corners[to] as Vec3;
    const [low, high] = [a[axis] - positionMm, b[axis] - positionMm];
    if (low * high > 0 || low === high) continue;
    const part = low / (low - high);
    places.push(inPlane(kind, add(scaled(a, 1 - part), scaled(b, part))));
  }
  return aroundMiddle(withoutDoubles(places));
}

/** Pairs of corners that an edge joins; bits of a corner say at which end of i, j and k it stands. */
const BOX_EDGES: readonly (readonly [number, number])[] = Array.from({ length: 8 }, (_, corner) =>
  [1, 2, 4].filter((bit) => (corner & bit) === 0).map((bit) => [corner, corner | bit] as const),
).flat();

function boxCorners(grid: Grid): Vec3[] {
  const [ni, nj, nk] = grid.size;
  const [first, last] = grid.outermostCellsMm();
  const ends = [
    [-CELL * grid.spacing[0], (ni - 1 + CELL) * grid.spacing[0]],
    [-CELL * grid.spacing[1], (nj - 1 + CELL) * grid.spacing[1]],
    [-CELL * first, grid.planeOffsetMm(nk - 1) + CELL * last],
  ] as const;
  return Array.from({ length: 8 }, (_, corner) =>
    ends.reduce<Vec3>((point, range, axis) => {
      const direction = grid.axes[axis as 0 | 1 | 2];
      return add(point, scaled(direction, range[((corner >> axis) & 1) as 0 | 1]));
    }, grid.origin),
  );
}

function withoutDoubles(places: readonly InPlane[]): InPlane[] {
  const isSame = (a: InPlane, b: InPlane): boolean => Math.hypot(a[0] - b[0], a[1] - b[1]) < 1e-6;
  return places.filter((place, index) => !places.slice(0, index).some((earlier) => isSame(earlier, place)));
}

function aroundMiddle(places: InPlane[]): InPlane[] {
  const n = places.length;
  if (n < 3) return [];
  const middle = [0, 1].map((axis) => places.reduce((sum, place) => sum + place[axis as 0 | 1], 0) / n);
  const angle = (place: InPlane): number => Math.atan2(place[1] - (middle[1] ?? 0), place[0] - (middle[0] ?? 0));
  return places.sort((a, b) => angle(a) - angle(b));
}
