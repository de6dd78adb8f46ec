import { CELL, continuousPlane } from './grid';
import type { Plane } from './plane';
import type { Affine, FieldMap, PointMap } from './transform';
import type { Volume } from './volume';

/** Fills a raster from a volume through a map, one row of points at a time, without any allocation per pixel. */
export function resliceGeneral(volume: Volume, map: PointMap, plane: Plane, out: Float32Array): void {
  const points = pointsOf(plane.columns);
  for (let row = 0; row < plane.rows; row += 1) {
    fillPoints(plane, row, points);
    if (map.kind === 'affine') applyAffine(map.affine, points, plane.columns);
    else if (map.kind === 'field') applyField(map.field, points, plane.columns);
    sampleRow(volume, points, out, row * plane.columns, plane.columns);
  }
}

let rowOfPoints = new Float64Array(0);

/** Room for the points of a row, kept from one raster to the next. */
function pointsOf(columns: number): Float64Array {
  if (rowOfPoints.length < 3 * columns) rowOfPoints = new Float64Array(3 * columns);
  return rowOfPoints;
}

function fillPoints(plane: Plane, row: number, points: Float64Array): void {
  const { origin, right, down, pixelMm, columns } = plane;
  const [ox, oy, oz] = origin;
  const [rx, ry, rz] = right;
  const along = row * pixelMm;
  const [dx, dy, dz] = [down[0] * along, down[1] * along, down[2] * along];
  for (let column = 0, at = 0; column < columns; column += 1, at += 3) {
    const across = column * pixelMm;
    points[at] = ox + rx * across + dx;
    points[at + 1] = oy + ry * across + dy;
    points[at + 2] = oz + rz * across + dz;
  }
}

function applyAffine(affine: Affine, points: Float64Array, n: number): void {
  const [a, b, c, t, d, e, f, u, g, h, i, v] = affine.numbers();
  for (let at = 0; at < 3 * n; at += 3) {
    const x = points[at] as number;
    const y = points[at + 1] as number;
    const z = points[at + 2] as number;
    points[at] = a * x + b * y + c * z + t;
    points[at + 1] = d * x + e * y + f * z + u;
    points[at + 2] = g * x + h * y + i * z + v;
  }
}

/** Displacement at the point being mapped. */
const displacement = new Float64Array(3);
/** Lower corner of the cell about it, and the parts of the way to the upper one. */
const cellLower = new Int32Array(3);
const cellFraction = new Float64Array(3);

function applyField(field: FieldMap, points: Float64Array, n: number): void {
  const [a, b, c, t, d, e, f, u, g, h, i, v] = field.before.numbers();
  for (let at = 0; at < 3 * n; at += 3) {
    if (!locate(field, points, at) || !addDisplacement(field)) {
      points[at] = NaN;
      continue;
    }
    const x = points[at] as number;
    const y = points[at + 1] as number;
    const z = points[at + 2] as number;
    points[at] = a * x + b * y + c * z + t + (displacement[0] as number);
    points[at + 1] = d * x + e * y + f * z + u + (displacement[1] as number);
    points[at + 2] = g * x + h * y + i * z + v + (displacement[2] as number);
  }
  applyAffine(field.after, points, n);
}

/** Finds the cell of the field about a point; false outside the grid. */
function locate(field: FieldMap, points: Float64Array, at: number): boolean {
  const { origin, axes, spacing, size, planeOffsets } = field.grid;
  const x = (points[at] as number) - origin[0];
  const y = (points[at + 1] as number) - origin[1];
  const z = (points[at + 2] as number) - origin[2];
  const [i, j, k] = [axes[0], axes[1], axes[2]];
  const offsetMm = k[0] * x + k[1] * y + k[2] * z;
  return (
    locateAlong(0, (i[0] * x + i[1] * y + i[2] * z) / spacing[0], size[0] - 1) &&
    locateAlong(1, (j[0] * x + j[1] * y + j[2] * z) / spacing[1], size[1] - 1) &&
    locateAlong(2, continuousPlane(offsetMm, spacing[2], planeOffsets), size[2] - 1)
  );
}

function locateAlong(axis: 0 | 1 | 2, index: number, last: number): boolean {
  if (!(index >= -CELL && index <= last + CELL)) return false;
  const inside = index < 0 ? 0 : index > last ? last : index;
  const lower = Math.min(inside | 0, Math.max(last - 1, 0));
  cellLower[axis] = lower;
  cellFraction[axis] = inside - lower;
  return true;
}

/** Sums the vectors at the corners of the located cell in the engine's order; false where one is not a number. */
function addDisplacement(field: FieldMap): boolean {
  const size = field.grid.size;
  const stepI = size[0] > 1 ? 3 : 0;
  const stepJ = size[1] > 1 ? 3 * size[0] : 0;
  const stepK = size[2] > 1 ? 3 * size[0] * size[1] : 0;
  const lower = ((cellLower[2] as number) * size[1] + (cellLower[1] as number)) * size[0] + (cellLower[0] as number);
  const fi = cellFraction[0] as number;
  const fj = cellFraction[1] as number;
  const fk = cellFraction[2] as number;
  const { values } = field;
  let x = 0;
  let y = 0;
  let z = 0;
  for (let corner = 0; corner < 8; corner += 1) {
    const isUpperI = (corner & 1) !== 0;
    const isUpperJ = (corner & 2) !== 0;
    const isUpperK = (corner & 4) !== 0;
    const weight = (isUpperI ? fi : 1 - fi) * (isUpperJ ? fj : 1 - fj) * (isUpperK ? fk : 1 - fk);
    // A vector of no weight is left out even if it is not a number.
    if (!(weight > 0)) continue;
    const offset = 3 * lower + (isUpperI ? stepI : 0) + (isUpperJ ? stepJ : 0) + (isUpperK ? stepK : 0);
    x += (values[offset] as number) * weight;
    y += (values[offset + 1] as number) * weight;
    z += (values[offset + 2] as number) * weight;
  }
  displacement[0] = x;
  displacement[1] = y;
  displacement[2] = z;
  // A vector that is not a number says that the map is not defined there.
  return Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(z);
}

function sampleRow(volume: Volume, points: Float64Array, out: Float32Array, start: number, n: number): void {
  const { values, grid } = volume;
  const { origin, axes, spacing, size, planeOffsets } = grid;
  const [ox, oy, oz] = origin;
  const [[ix, iy, iz], [jx, jy, jz], [kx, ky, kz]] = axes;
  const [si, sj, sk] = spacing;
  const [lastI, lastJ, lastK] = [size[0] - 1, size[1] - 1, size[2] - 1];
  const topI = Math.max(lastI - 1, 0);
  const topJ = Math.max(lastJ - 1, 0);
  const topK = Math.max(lastK - 1, 0);
  const stepI = lastI > 0 ? 1 : 0;
  const stepJ = lastJ > 0 ? size[0] : 0;
  const stepK = lastK > 0 ? size[0] * size[1] : 0;
  for (let column = 0, at = 0; column < n; column += 1, at += 3) {
    const x = (points[at] as number) - ox;
    const y = (points[at + 1] as number) - oy;
    const z = (points[at + 2] as number) - oz;
    const indexI = (ix * x + iy * y + iz * z) / si;
    const indexJ = (jx * x + jy * y + jz * z) / sj;
    const indexK = continuousPlane(kx * x + ky * y + kz * z, sk, planeOffsets);
    const isInside =
      indexI >= -CELL &&
      indexI <= lastI + CELL &&
      indexJ >= -CELL &&
      indexJ <= lastJ + CELL &&
      indexK >= -CELL &&
      indexK <= lastK + CELL;
    if (!isInside) {
      out[start + column] = NaN;
      continue;
    }
    const insideI = indexI < 0 ? 0 : indexI > lastI ? lastI : indexI;
    const insideJ = indexJ < 0 ? 0 : indexJ > lastJ ? lastJ : indexJ;
    const insideK = indexK < 0 ? 0 : indexK > lastK ? lastK : indexK;
    const i = Math.min(insideI | 0, topI);
    const j = Math.min(insideJ | 0, topJ);
    const k = Math.min(insideK | 0, topK);
    const fi = insideI - i;
    const fj = insideJ - j;
    const a = (k * size[1] + j) * size[0] + i;
    const b = a + stepJ;
    const c = a + stepK;
    const d = b + stepK;
    const a0 = values[a] as number;
    const b0 = values[b] as number;
    const c0 = values[c] as number;
    const d0 = values[d] as number;
    const lowJ = a0 + fi * ((values[a + stepI] as number) - a0);
    const low = lowJ + fj * (b0 + fi * ((values[b + stepI] as number) - b0) - lowJ);
    const highJ = c0 + fi * ((values[c + stepI] as number) - c0);
    const high = highJ + fj * (d0 + fi * ((values[d + stepI] as number) - d0) - highJ);
    out[start + column] = low + (insideK - k) * (high - low);
  }
}
