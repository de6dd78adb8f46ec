/** A line as pairs of numbers; a closed line ends where it began. */
export type Polyline = Float32Array;

/** A raster of values, row by row. */
export interface Raster {
  readonly values: Float32Array;
  readonly columns: number;
  /** Lowest and highest known value of each row, one after the other; rows that no level crosses are then passed over. */
  readonly rowBounds?: Float32Array;
}

/** The bounds of the rows of a raster, for tracing several levels on it. */
export function rowBoundsOf({ values, columns }: Raster): Float32Array {
  const rows = columns === 0 ? 0 : Math.floor(values.length / columns);
  const bounds = new Float32Array(2 * rows);
  for (let row = 0; row < rows; row += 1) {
    let low = Infinity;
    let high = -Infinity;
    for (let at = row * columns; at < (row + 1) * columns; at += 1) {
      const value = values[at] as number;
      // What is not known is neither.
      if (value < low) low = value;
      if (value > high) high = value;
    }
    bounds[2 * row] = low;
    bounds[2 * row + 1] = high;
  }
  return bounds;
}

/**
 * Traces the lines at a level by marching squares; points are [column, row] in pixels, centres at whole numbers.
 *
 * The same steps in single precision as in the engine, so that a line here is the line of the report. Cells with an
 * unknown corner hold no line: a line ends where the values end.
 */
export function isolines(raster: Raster, level: number): Polyline[] {
  const segments = segmentsOf(raster, Math.fround(level));
  return join(segments, raster);
}

/** Ends of segments, named by the edge of the raster they lie on so that neighbours meet exactly. */
interface Segments {
  readonly edges: number[];
  readonly points: number[];
}

const NO_EDGES: readonly number[] = [];
const LEFT_TOP = [3, 0];
const TOP_RIGHT = [0, 1];
const LEFT_RIGHT = [3, 1];
const RIGHT_BOTTOM = [1, 2];
const TOP_BOTTOM = [0, 2];
const LEFT_BOTTOM = [3, 2];
/** Edges (0 top, 1 right, 2 bottom, 3 left) that the line joins, by which corners lie inside. */
const EDGES_OF_CASE: readonly (readonly number[])[] = [
  NO_EDGES,
  LEFT_TOP,
  TOP_RIGHT,
  LEFT_RIGHT,
  RIGHT_BOTTOM,
  NO_EDGES,
  TOP_BOTTOM,
  LEFT_BOTTOM,
  LEFT_BOTTOM,
  TOP_BOTTOM,
  NO_EDGES,
  RIGHT_BOTTOM,
  LEFT_RIGHT,
  TOP_RIGHT,
  LEFT_TOP,
  NO_EDGES,
];
const SADDLE_TURNS = [0, 1, 2, 3];
const SADDLE_CORNERS = [3, 0, 1, 2];

/** A saddle is split by the mean of its corners. */
function edgesOf(insideCase: number, isCentreHigh: boolean): readonly number[] {
  if (insideCase === 5) return isCentreHigh ? SADDLE_TURNS : SADDLE_CORNERS;
  if (insideCase === 10) return isCentreHigh ? SADDLE_CORNERS : SADDLE_TURNS;
  return EDGES_OF_CASE[insideCase] ?? NO_EDGES;
}

/** Whether a line may run between a row and the next one. */
function mayCross(bounds: Float32Array, row: number, level: number): boolean {
  const low = Math.min(bounds[2 * row] as number, bounds[2 * row + 2] as number);
  const high = Math.max(bounds[2 * row + 1] as number, bounds[2 * row + 3] as number);
  return low < level && high >= level;
}

function segmentsOf({ values, columns, rowBounds }: Raster, level: number): Segments {
  const rows = columns === 0 ? 0 : Math.floor(values.length / columns);
  const segments: Segments = { edges: [], points: [] };
  for (let row = 0; row + 1 < rows; row += 1) {
    if (rowBounds !== undefined && !mayCross(rowBounds, row, level)) continue;
    for (let column = 0; column + 1 < columns; column += 1) {
      const at = row * columns + column;
      const a = values[at] as number;
      const b = values[at + 1] as number;
      const c = values[at + columns + 1] as number;
      const d = values[at + columns] as number;
      const inside = (a >= level ? 1 : 0) | (b >= level ? 2 : 0) | (c >= level ? 4 : 0) | (d >= level ? 8 : 0);
      if (inside === 0 || inside === 15) continue;
      // Only a NaN differs from itself.
      if (a !== a || b !== b || c !== c || d !== d) continue;
      addSegments(segments, [a, b, c, d], inside, level, column, row, columns);
    }
  }
  return segments;
}

type Corners = readonly [number, number, number, number];

function addSegments(
  segments: Segments,
  corners: Corners,
  inside: number,
  level: number,
  column: number,
  row: number,
  columns: number,
): void {
  const [a, b, c, d] = corners;
  const { fround } = Math;
  const sum = fround(fround(fround(a + b) + c) + d);
  for (const edge of edgesOf(inside, fround(sum / 4) >= level)) {
    const first = 2 * (row * columns + column);
    if (edge === 0) addEnd(segments, first + 1, fround(column + fraction(a, b, level)), row);
    else if (edge === 1) addEnd(segments, first + 2, column + 1, fround(row + fraction(b, c, level)));
    else if (edge === 2) addEnd(segments, first + 2 * columns + 1, fround(column + fraction(d, c, level)), row + 1);
    else addEnd(segments, first, column, fround(row + fraction(a, d, level)));
  }
}

function addEnd(segments: Segments, edge: number, column: number, row: number): void {
  segments.edges.push(edge);
  segments.points.push(column, row);
}

function fraction(from: number, to: number, level: number): number {
  const { fround } = Math;
  const difference = fround(to - from);
  if (difference === 0) return 0.5;
  const part = fround(fround(level - from) / difference);
  return part < 0 ? 0 : part > 1 ? 1 : part;
}

function join(segments: Segments, raster: Raster): Polyline[] {
  const n = segments.edges.length / 2;
  const meeting = meetingSegments(segments, raster);
  const isUsed = new Uint8Array(n);
  const lines: Polyline[] = [];
  for (let index = 0; index < n; index += 1) {
    if (isUsed[index] === 1) continue;
    isUsed[index] = 1;
    const forward = follow(segments, meeting, isUsed, segments.edges[2 * index + 1] as number);
    const backward = follow(segments, meeting, isUsed, segments.edges[2 * index] as number);
    lines.push(lineOf(segments, index, forward, backward));
  }
  forgetMeetings(segments, meeting);
  return lines;
}

/** The one or two segments that end at each edge, one more than their index; zero for none. Kept, and left empty. */
let meetingAtEdges = new Int32Array(0);

function meetingSegments({ edges }: Segments, { values }: Raster): Int32Array {
  if (meetingAtEdges.length < 4 * values.length) meetingAtEdges = new Int32Array(4 * values.length);
  const meeting = meetingAtEdges;
  for (let end = 0; end < edges.length; end += 1) {
    const first = 2 * (edges[end] as number);
    meeting[meeting[first] === 0 ? first : first + 1] = (end >> 1) + 1;
  }
  return meeting;
}

function forgetMeetings({ edges }: Segments, meeting: Int32Array): void {
  for (const edge of edges) meeting.fill(0, 2 * edge, 2 * edge + 2);
}

/** The ends passed on the way along the line that begins at an edge. */
function follow({ edges }: Segments, meeting: Int32Array, isUsed: Uint8Array, start: number): number[] {
  const ends: number[] = [];
  let edge = start;
  for (;;) {
    const [first = 0, second = 0] = [meeting[2 * edge], meeting[2 * edge + 1]];
    const next =
      first > 0 && isUsed[first - 1] === 0 ? first - 1 : second > 0 && isUsed[second - 1] === 0 ? second - 1 : -1;
    if (next < 0) return ends;
    isUsed[next] = 1;
    const other = edges[2 * next] === edge ? 2 * next + 1 : 2 * next;
    ends.push(other);
    edge = edges[other] as number;
  }
}

function lineOf(segments: Segments, index: number, forward: number[], backward: number[]): Polyline {
  const ends = [...backward.reverse(), 2 * index, 2 * index + 1, ...forward];
  const line = new Float32Array(2 * ends.length);
  for (const [at, end] of ends.entries()) {
    line[2 * at] = segments.points[2 * end] as number;
    line[2 * at + 1] = segments.points[2 * end + 1] as number;
  }
  return line;
}
