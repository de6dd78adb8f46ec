import { type Vec3, dot, vec3 } from './vector';

/** Where the voxels of a served volume stand, as the HTTP interface writes it. */
export interface GridInfo {
  readonly origin_mm: readonly number[];
  readonly spacing_mm: readonly number[];
  /** Row-major; column a is the direction of axis a. */
  readonly direction: readonly number[];
  readonly size: readonly number[];
  /** Distance of each plane from the first one along axis k, only where planes are unequal. */
  readonly plane_offsets_mm: readonly number[] | null;
}

/** Orthonormality that an orientation must have; the same bound as the engine's. */
const ORTHONORMAL_TOLERANCE = 1e-4;

/** How far a voxel reaches beyond its centre, in voxels. */
export const CELL = 0.5;

/**
 * A grid of voxel centres: columns along i, rows along j, parallel planes along k.
 *
 * All arithmetic is that of the engine, in the same order, so that what is drawn is what was computed.
 */
export class Grid {
  readonly origin: Vec3;
  /** Unit vectors of i, j and k. */
  readonly axes: readonly [Vec3, Vec3, Vec3];
  readonly spacing: Vec3;
  readonly size: Vec3;
  /** Offsets of unequal planes; null where all planes are equally distant. */
  readonly planeOffsets: Float64Array | null;

  constructor(info: GridInfo) {
    this.origin = vec3(info.origin_mm, 'The position of the first voxel');
    this.axes = axesOf(info.direction);
    this.size = sizeOf(info.size);
    this.planeOffsets = offsetsOf(info.plane_offsets_mm, this.size[2]);
    this.spacing = spacingOf(info.spacing_mm, this.size[2]);
    if (!this.origin.every(Number.isFinite)) throw new Error('The position of the first voxel is not finite.');
    for (const axis of [0, 1] as const) {
      if (!(this.spacing[axis] > 0)) throw new Error('The voxel spacing is not positive.');
    }
  }

  /** Number of voxels. */
  get length(): number {
    return this.size[0] * this.size[1] * this.size[2];
  }

  /** Offset of a voxel in memory: i runs fastest. */
  offset(i: number, j: number, k: number): number {
    return (k * this.size[1] + j) * this.size[0] + i;
  }

  /** Distance of plane k from the first plane. */
  planeOffsetMm(k: number): number {
    if (this.planeOffsets === null) return k * this.spacing[2];
    const offset = this.planeOffsets[k];
    if (offset === undefined) throw new Error('There is no such plane.');
    return offset;
  }

  /** Centre of a voxel. */
  positionMm(i: number, j: number, k: number): Vec3 {
    const [a, b, c] = this.axes;
    const x = i * this.spacing[0];
    const y = j * this.spacing[1];
    const z = this.planeOffsetMm(k);
    return [
      this.origin[0] + (a[0] * x + b[0] * y + c[0] * z),
      this.origin[1] + (a[1] * x + b[1] * y + c[1] * z),
      this.origin[2] + (a[2] * x + b[2] * y + c[2] * z),
    ];
  }

  /** Continuous index of a position; voxel centres are whole numbers. Positions outside extrapolate. */
  continuousIndex(position: Vec3): Vec3 {
    const from: Vec3 = [position[0] - this.origin[0], position[1] - this.origin[1], position[2] - this.origin[2]];
    return [
      dot(this.axes[0], from) / this.spacing[0],
      dot(this.axes[1], from) / this.spacing[1],
      continuousPlane(dot(this.axes[2], from), this.spacing[2], this.planeOffsets),
    ];
  }

  /** Centre of the grid. */
  centreMm(): Vec3 {
    const first = this.positionMm(0, 0, 0);
    const last = this.positionMm(this.size[0] - 1, this.size[1] - 1, this.size[2] - 1);
    return [(first[0] + last[0]) / 2, (first[1] + last[1]) / 2, (first[2] + last[2]) / 2];
  }

  /** Distance of the planes on either side of the first and of the last one: how wide the outermost cells are. */
  outermostCellsMm(): readonly [number, number] {
    const last = this.size[2] - 1;
    if (last === 0) return [this.spacing[2], this.spacing[2]];
    return [this.planeOffsetMm(1), this.planeOffsetMm(last) - this.planeOffsetMm(last - 1)];
  }
}

/** Continuous index along k of an offset from the first plane. */
export function continuousPlane(offsetMm: number, spacingMm: number, offsets: Float64Array | null): number {
  if (offsets === null) return offsetMm / spacingMm;
  let below = 0;
  let above = offsets.length;
  while (below < above) {
    const middle = (below + above) >> 1;
    if ((offsets[middle] as number) <= offsetMm) below = middle + 1;
    else above = middle;
  }
  const lower = Math.min(Math.max(below, 1), offsets.length - 1) - 1;
  const start = offsets[lower] as number;
  const step = (offsets[lower + 1] as number) - start;
  return lower + (offsetMm - start) / step;
}

function axesOf(direction: readonly number[]): readonly [Vec3, Vec3, Vec3] {
  if (direction.length !== 9) throw new Error('The directions of the axes must be nine numbers.');
  const column = (axis: number): Vec3 =>
    vec3(
      [0, 3, 6].map((row) => direction[row + axis] ?? NaN),
      'A direction',
    );
  const axes = [column(0), column(1), column(2)] as const;
  for (const [a, first] of axes.entries()) {
    for (const [b, second] of axes.entries()) {
      const deviation = Math.abs(dot(first, second) - (a === b ? 1 : 0));
      // Written so that a NaN is refused too.
      if (!(deviation <= ORTHONORMAL_TOLERANCE))
        throw new Error('The directions of the axes are not perpendicular unit vectors.');
    }
  }
  return axes;
}

function sizeOf(values: readonly number[]): Vec3 {
  const size = vec3(values, 'The size of a grid');
  if (!size.every((n) => Number.isInteger(n) && n > 0)) throw new Error('The grid has no voxels.');
  return size;
}

function offsetsOf(values: readonly number[] | null, planes: number): Float64Array | null {
  if (values === null || planes === 1) return null;
  const offsets = Float64Array.from(values);
  if (offsets.length !== planes || offsets[0] !== 0) throw new Error('The planes do not fit the grid.');
  for (let k = 1; k < planes; k += 1) {
    const increases = (offsets[k] as number) > (offsets[k - 1] as number);
    if (!increases) throw new Error(`The planes are not in increasing order: plane ${k}.`);
  }
  return offsets;
}

/** A single plane stands for 1 mm, as in the engine, whatever spacing is written for it. */
function spacingOf(values: readonly number[], planes: number): Vec3 {
  const [column, row, plane] = vec3(values, 'The spacing of a grid');
  if (planes === 1) return [column, row, 1];
  if (!(plane > 0)) throw new Error('The distance of the planes is not positive.');
  return [column, row, plane];
}
