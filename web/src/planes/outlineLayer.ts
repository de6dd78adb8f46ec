import type { Polyline } from './isolines';
import type { LabelPlacer } from './labels';
import type { InPlane, PlaneKind } from './plane';
import type { LineStyle, OutlineLine, StructureStyle } from './scene';
import { addPoint, dashesOf, strokeWithRim } from './stroke';
import { type Viewport, toScreen } from './viewport';

const OUTLINE_WIDTH = 1.8;

/** Served outlines run along x,y or z upwards; pictures run down. */
export function outlinePlace(kind: PlaneKind, points: Polyline, index: number): InPlane {
  const along = points[2 * index] as number;
  const across = points[2 * index + 1] as number;
  return [along, kind === 'axial' ? across : -across];
}

/** A line as it stands on the plane, for labels and for the pointer. */
export interface DrawnLine {
  readonly name: string;
  readonly points: Polyline;
  /** Lines of one structure of one set share it. */
  readonly group: string;
}

/** Share of ink of lines that belong to a former position of what is being moved. */
const FORMER_INK = 0.4;

/** Draws the outlines that are to be seen; returns them. */
export function drawOutlines(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  lines: readonly OutlineLine[],
  styleOf: (line: OutlineLine) => LineStyle | null,
  set: 'current' | 'prior',
  isFormer = false,
): DrawnLine[] {
  const drawn: DrawnLine[] = [];
  context.globalAlpha = isFormer ? FORMER_INK : 1;
  for (const line of lines) {
    const style = styleOf(line);
    if (style === null) continue;
    const path = new Path2D();
    for (let index = 0; index < line.points.length / 2; index += 1) {
      addPoint(path, viewport, outlinePlace(viewport.kind, line.points, index), index === 0);
    }
    strokeWithRim(context, path, style.colour, OUTLINE_WIDTH, dashesOf(style.dash));
    drawn.push({ name: style.name, points: line.points, group: `${set} ${line.structure}` });
  }
  context.globalAlpha = 1;
  return drawn;
}

/** How the lines of the current structures are drawn. */
export function currentStyle(structures: readonly StructureStyle[]): (line: OutlineLine) => LineStyle | null {
  const styles = new Map(structures.map((structure) => [structure.index, structure]));
  return ({ structure }) => {
    const style = styles.get(structure);
    return style?.visible === true ? style : null;
  };
}

/** Writes the name of each structure at the top of its largest line. */
export function labelOutlines(labels: LabelPlacer, kind: PlaneKind, lines: readonly DrawnLine[]): void {
  const largest = new Map<string, DrawnLine>();
  for (const line of lines) {
    const known = largest.get(line.group);
    if (known === undefined || line.points.length > known.points.length) largest.set(line.group, line);
  }
  for (const line of largest.values()) {
    labels.place(line.name, line.points.length / 2, (index) => outlinePlace(kind, line.points, index));
  }
}

/** How near the pointer must be to a line, in CSS pixels. */
const NEAR = 6;

/** The outline under the pointer. */
export function outlineAt(viewport: Viewport, lines: readonly DrawnLine[], x: number, y: number): DrawnLine | null {
  let nearest: DrawnLine | null = null;
  let distance = NEAR;
  for (const line of lines) {
    const found = distanceTo(viewport, line.points, x, y);
    if (found < distance) [nearest, distance] = [line, found];
  }
  return nearest;
}

function distanceTo(viewport: Viewport, points: Polyline, x: number, y: number): number {
  let distance = Infinity;
  for (let index = 1; index < points.length / 2; index += 1) {
    const [ax, ay] = toScreen(viewport, outlinePlace(viewport.kind, points, index - 1));
    const [bx, by] = toScreen(viewport, outlinePlace(viewport.kind, points, index));
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy;
    const part = length === 0 ? 0 : Math.min(Math.max(((x - ax) * dx + (y - ay) * dy) / length, 0), 1);
    distance = Math.min(distance, Math.hypot(ax + part * dx - x, ay + part * dy - y));
  }
  return distance;
}
