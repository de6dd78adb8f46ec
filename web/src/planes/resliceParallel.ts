import { Grid } from './grid';
import { type Plane, pixelPosition } from './plane';
import type { Vec3 } from './vector';
import { type Volume, type VolumeValues, clampIntoCell, lowerVoxel } from './volume';

type Axis = 0 | 1 | 2;

/** Which axis of the volume runs along the rows of a plane, along its columns, and through it. */
export interface ParallelAxes {
  readonly right: Axis;
  readonly down: Axis;
  readonly through: Axis;
}

/**
 * The axes of the grid that stand along those of the plane, or null.
 *
 * Only directions that are exactly along x, y or z qualify: then the index along each axis depends on the column
 * alone or on the row alone without any rounding, and the quick way gives the same bits as the general one.
 */
export function parallelAxes(grid: Grid, plane: Plane): ParallelAxes | null {
  const right = axisAlong(grid, plane.right);
  const down = axisAlong(grid, plane.down);
  if (right === null || down === null || right === down) return null;
  const through = (3 - right - down) as Axis;
  return grid.axes.every(isAlongPatientAxis) ? { right, down, through } : null;
}

function isAlongPatientAxis(direction: Vec3): boolean {
  return direction.filter((component) => component === 0).length === 2;
}

function axisAlong(grid: Grid, direction: Vec3): Axis | null {
  if (!isAlongPatientAxis(direction)) return null;
  const patientAxis = direction.findIndex((component) => component !== 0);
  const axis = grid.axes.findIndex((candidate) => isAlongPatientAxis(candidate) && candidate[patientAxis] !== 0);
  return axis < 0 ? null : (axis as Axis);
}

/** For each column or row: the offset of the lower voxel, and the part of the way to the next one. */
interface Steps {
  readonly offsets: Int32Array;
  readonly fractions: Float64Array;
  /** Columns or rows from `begin` up to but not including `end` have a value. */
  readonly begin: number;
  readonly end: number;
  readonly step: number;
}

/** Fills a raster by looking up the index of each column and of each row once. */
export function resliceParallel(volume: Volume, axes: ParallelAxes, plane: Plane, out: Float32Array): void {
  const { grid, values } = volume;
  const columns = stepsAlong(grid, axes.right, plane.columns, (n) => pixelPosition(plane, n, 0));
  const rows = stepsAlong(grid, axes.down, plane.rows, (n) => pixelPosition(plane, 0, n));
  const planes = stepsAlong(grid, axes.through, 1, () => pixelPosition(plane, 0, 0));
  if (planes.begin === planes.end || columns.begin === columns.end) {
    out.fill(NaN);
    return;
  }
  // The order of interpolation is i, then j, then k, whichever of them runs along the rows.
  const order = [axes.right, axes.down, axes.through];
  const [i, j, k] = [order.indexOf(0), order.indexOf(1), order.indexOf(2)] as [Axis, Axis, Axis];
  out.fill(NaN, 0, rows.begin * plane.columns);
  out.fill(NaN, rows.end * plane.columns);
  for (let row = rows.begin; row < rows.end; row += 1) {
    const start = row * plane.columns;
    out.fill(NaN, start, start + columns.begin);
    out.fill(NaN, start + columns.end, start + plane.columns);
    const base = (rows.offsets[row] as number) + (planes.offsets[0] as number);
    fixed[1] = rows.fractions[row] as number;
    fixed[2] = planes.fractions[0] as number;
    const steps = [columns.step, rows.step, planes.step] as const;
    // A row along i is the usual case and has a loop of its own.
    if (i === 0)
      fillAlongI(values, columns, base, steps[j], steps[k], fixed[j] as number, fixed[k] as number, out, start);
    else fillAcrossI(values, columns, base, [steps[i], steps[j], steps[k]], [i, j, k], out, start);
  }
}

/** Fractions along the columns of the raster (set for each pixel), along its rows, and through it. */
const fixed = new Float64Array(3);

function fillAlongI(
  values: VolumeValues,
  columns: Steps,
  base: number,
  stepJ: number,
  stepK: number,
  fractionJ: number,
  fractionK: number,
  out: Float32Array,
  start: number,
): void {
  const { offsets, fractions, step } = columns;
  // Whole numbers of the next plane do not matter without a part of the way; a NaN there would, as in the engine.
  if (fractionK === 0 && values instanceof Int16Array) {
    fillWithinPlane(values, columns, base, stepJ, fractionJ, out, start);
    return;
  }
  for (let column = columns.begin; column < columns.end; column += 1) {
    const f = fractions[column] as number;
    const a = base + (offsets[column] as number);
    const b = a + stepJ;
    const c = a + stepK;
    const d = b + stepK;
    const a0 = values[a] as number;
    const b0 = values[b] as number;
    const c0 = values[c] as number;
    const d0 = values[d] as number;
    const lowJ = a0 + f * ((values[a + step] as number) - a0);
    const low = lowJ + fractionJ * (b0 + f * ((values[b + step] as number) - b0) - lowJ);
    const highJ = c0 + f * ((values[c + step] as number) - c0);
    const high = highJ + fractionJ * (d0 + f * ((values[d + step] as number) - d0) - highJ);
    out[start + column] = low + fractionK * (high - low);
  }
}

function fillWithinPlane(
  values: Int16Array,
  columns: Steps,
  base: number,
  stepJ: number,
  fractionJ: number,
  out: Float32Array,
  start: number,
): void {
  const { offsets, fractions, step } = columns;
  for (let column = columns.begin; column < columns.end; column += 1) {
    const f = fractions[column] as number;
    const a = base + (offsets[column] as number);
    const b = a + stepJ;
    const a0 = values[a] as number;
    const b0 = values[b] as number;
    const low = a0 + f * ((values[a + step] as number) - a0);
    out[start + column] = low + fractionJ * (b0 + f * ((values[b + step] as number) - b0) - low);
  }
}

/** As `fillAlongI` for volumes whose i axis runs along the columns of the raster or through it. */
function fillAcrossI(
  values: VolumeValues,
  columns: Steps,
  base: number,
  [stepI, stepJ, stepK]: readonly [number, number, number],
  [i, j, k]: readonly [Axis, Axis, Axis],
  out: Float32Array,
  start: number,
): void {
  const { offsets, fractions } = columns;
  const fractionI = fixed[i] as number;
  const isAlongJ = j === 0;
  const otherFraction = fixed[isAlongJ ? k : j] as number;
  for (let column = columns.begin; column < columns.end; column += 1) {
    const own = fractions[column] as number;
    const fractionJ = isAlongJ ? own : otherFraction;
    const fractionK = isAlongJ ? otherFraction : own;
    const a = base + (offsets[column] as number);
    const b = a + stepJ;
    const c = a + stepK;
    const d = b + stepK;
    const a0 = values[a] as number;
    const b0 = values[b] as number;
    const c0 = values[c] as number;
    const d0 = values[d] as number;
    const lowJ = a0 + fractionI * ((values[a + stepI] as number) - a0);
    const low = lowJ + fractionJ * (b0 + fractionI * ((values[b + stepI] as number) - b0) - lowJ);
    const highJ = c0 + fractionI * ((values[c + stepI] as number) - c0);
    const high = highJ + fractionJ * (d0 + fractionI * ((values[d + stepI] as number) - d0) - highJ);
    out[start + column] = low + fractionK * (high - low);
  }
}

function stepsAlong(grid: Grid, axis: Axis, n: number, position: (index: number) => Vec3): Steps {
  const size = grid.size[axis];
  const stride = [1, grid.size[0], grid.size[0] * grid.size[1]][axis] as number;
  const offsets = new Int32Array(n);
  const fractions = new Float64Array(n);
  let begin = 0;
  let end = 0;
  for (let index = 0; index < n; index += 1) {
    const inside = clampIntoCell(grid.continuousIndex(position(index))[axis], size);
    if (Number.isNaN(inside)) continue;
    const lower = lowerVoxel(inside, size);
    offsets[index] = lower * stride;
    fractions[index] = inside - lower;
    // The index is monotonic, so that what has a value is one run.
    if (end === 0) begin = index;
    end = index + 1;
  }
  return { offsets, fractions, begin, end, step: size > 1 ? stride : 0 };
}
