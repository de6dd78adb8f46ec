/** Where a structure lies, found from its outlines on the slices. For moving the crosshair only: nothing here is a measure. */
import type { Grid } from '../../planes/grid';
import type { Polyline } from '../../planes/isolines';
import { steppedPosition } from '../../planes/slices';
import type { Vec3 } from '../../planes/vector';
import type { Volume } from '../../planes/volume';
import type { OutlineStore } from './outlineStore';

/** The lines of a structure on an axial slice. */
export interface StructureSlice {
  readonly positionMm: number;
  readonly lines: readonly Polyline[];
}

/** Slices that are skipped while a structure is looked for. */
const STRIDE = 4;
/** Samples of a search for the hottest place; more would hold up the page. */
const MOST_SAMPLES = 200_000;
const FINEST_MM = 2;

/** All slices of an image, from the feet up. */
export function axialPositions(grid: Grid): number[] {
  const positions: number[] = [];
  let next = steppedPosition(grid, 'axial', grid.centreMm()[2], -grid.length);
  while (positions.at(-1) !== next) {
    positions.push(next);
    next = steppedPosition(grid, 'axial', next, 1);
  }
  return positions;
}

/** The slices of a structure, from the feet up; empty where it is not on any. */
export async function slicesOf(
  store: OutlineStore,
  positions: readonly number[],
  structure: number,
): Promise<StructureSlice[]> {
  const at = async (index: number): Promise<StructureSlice> => {
    const positionMm = positions[index] ?? 0;
    const { lines } = await store.get('axial', positionMm);
    return { positionMm, lines: lines.filter((line) => line.structure === structure).map((line) => line.points) };
  };
  const coarse = await inOrder(indices(0, positions.length, STRIDE), at);
  const found = coarse.flatMap(({ slice, index }) => (slice.lines.length > 0 ? [index] : []));
  // A small structure may lie between the slices that were looked at.
  const [from, to] =
    found.length > 0
      ? [Math.max(0, Math.min(...found) - STRIDE + 1), Math.min(positions.length, Math.max(...found) + STRIDE)]
      : [0, positions.length];
  const fine = await inOrder(indices(from, to, 1), at);
  return fine.map(({ slice }) => slice).filter(({ lines }) => lines.length > 0);
}

/** A point within a structure on the middle one of its slices. */
export function centreOf(slices: readonly StructureSlice[]): Vec3 | null {
  const middle = slices[Math.floor(slices.length / 2)];
  return middle === undefined ? null : pointOn(middle);
}

/** A point within the largest part of a structure on a slice. */
export function pointOn(slice: StructureSlice): Vec3 | null {
  const largest = slice.lines.toSorted((a, b) => area(b) - area(a))[0];
  if (largest === undefined) return null;
  const [, , low, high] = box([largest]);
  const y = (low + high) / 2;
  // The middle of the widest stretch is inside, also of a structure that is bent.
  const crossings = crossingsAt([largest], y);
  let widest: readonly [number, number] = [largest[0] ?? 0, largest[0] ?? 0];
  for (let index = 0; index + 1 < crossings.length; index += 2) {
    const stretch = [crossings[index] ?? 0, crossings[index + 1] ?? 0] as const;
    if (stretch[1] - stretch[0] > widest[1] - widest[0]) widest = stretch;
  }
  return [(widest[0] + widest[1]) / 2, y, slice.positionMm];
}

/** The place within a structure at which the values that are drawn are highest; null where none is known. */
export function hottestOf(slices: readonly StructureSlice[], volume: Volume): Vec3 | null {
  const total = slices.reduce((sum, { lines }) => sum + lines.reduce((all, line) => all + area(line), 0), 0);
  const step = Math.max(FINEST_MM, Math.sqrt(total / MOST_SAMPLES));
  let hottest: Vec3 | null = null;
  let highest = -Infinity;
  for (const { positionMm, lines } of slices) {
    for (const [x, y] of inside(lines, step)) {
      const value = volume.trilinear([x, y, positionMm]);
      // The positive form passes over what is not known.
      if (value > highest) [highest, hottest] = [value, [x, y, positionMm]];
    }
  }
  return hottest;
}

async function inOrder(
  wanted: readonly number[],
  at: (index: number) => Promise<StructureSlice>,
): Promise<{ index: number; slice: StructureSlice }[]> {
  const found: { index: number; slice: StructureSlice }[] = [];
  for (const index of wanted) found.push({ index, slice: await at(index) });
  return found;
}

function indices(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.max(0, Math.ceil((to - from) / step)) }, (_, n) => from + n * step);
}

/** Points of a square lattice within lines; a part that is enclosed twice is outside. */
function* inside(lines: readonly Polyline[], step: number): Generator<readonly [number, number]> {
  const [, , low, high] = box(lines);
  for (let y = low + step / 2; y < high; y += step) {
    const crossings = crossingsAt(lines, y);
    for (let index = 0; index + 1 < crossings.length; index += 2) {
      const [from, to] = [crossings[index] ?? 0, crossings[index + 1] ?? 0];
      for (let x = from + Math.min(step, to - from) / 2; x < to; x += step) yield [x, y];
    }
  }
}

function crossingsAt(lines: readonly Polyline[], y: number): number[] {
  const crossings: number[] = [];
  for (const line of lines) {
    for (let index = 2; index + 1 < line.length; index += 2) {
      const [ax, ay, bx, by] = [line[index - 2], line[index - 1], line[index], line[index + 1]] as [
        number,
        number,
        number,
        number,
      ];
      if (ay <= y !== by <= y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
    }
  }
  return crossings.sort((a, b) => a - b);
}

function box(lines: readonly Polyline[]): readonly [left: number, right: number, low: number, high: number] {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const line of lines) {
    for (let index = 0; index + 1 < line.length; index += 2) {
      const [x, y] = [line[index] as number, line[index + 1] as number];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [low, high] = [Math.min(low, y), Math.max(high, y)];
    }
  }
  return [left, right, low, high];
}

function area(line: Polyline): number {
  let twice = 0;
  for (let index = 2; index + 1 < line.length; index += 2) {
    twice += (line[index - 2] as number) * (line[index + 1] as number);
    twice -= (line[index] as number) * (line[index - 1] as number);
  }
  return Math.abs(twice) / 2;
}
