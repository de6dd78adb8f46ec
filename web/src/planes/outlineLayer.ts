import type { Polyline } from './isolines';
import type { LabelPlacer } from './labels';
import type { InPlane, PlaneKind } from './plane';
import type { OutlineLine, Outlines, StructureStyle } from './scene';
import { addPoint, dashesOf, strokeWithRim } from './stroke';
import { type Viewport, toScreen } from './viewport';

const OUTLINE_WIDTH = 1.8;

/** Served outlines run along x,y or z upwards; pictures run down. */
export function outlinePlace(kind: PlaneKind, points: Polyline, index: number): InPlane {
  const along = points[2 * index] as number;
  const across = points[2 * index + 1] as number;
  return [along, kind === 'axial' ? across : -across];
}

/** Draws outlines of all visible structures; returns what was drawn for finding the line under the pointer. */
export function drawOutlines(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  outlines: Outlines,
  structures: readonly StructureStyle[],
): OutlineLine[] {
  const styles = new Map(structures.map((structure) => [structure.index, structure]));
  const drawn: OutlineLine[] = [];
  for (const line of outlines.lines) {
    const style = styles.get(line.structure);
    if (style?.visible !== true) continue;
    const path = new Path2D();
    for (let index = 0; index < line.points.length / 2; index += 1) {
      addPoint(path, viewport, outlinePlace(viewport.kind, line.points, index), index === 0);
    }
    strokeWithRim(context, path, style.colour, OUTLINE_WIDTH, dashesOf(style.dash));
    drawn.push(line);
  }
  return drawn;
}

/** Writes the name of each structure at the top of its largest line. */
export function labelOutlines(
  labels: LabelPlacer,
  kind: PlaneKind,
  lines: readonly OutlineLine[],
  structures: readonly StructureStyle[],
): void {
  const styles = new Map(structures.map((structure) => [structure.index, structure]));
  const largest = new Map<number, OutlineLine>();
  for (const line of lines) {
    const known = largest.get(line.structure);
    if (known === undefined || line.points.length > known.points.length) largest.set(line.structure, line);
  }
  for (const line of largest.values()) {
    const name = styles.get(line.structure)?.name ?? line.name;
    labels.place(name, line.points.length / 2, (index) => outlinePlace(kind, line.points, index));
  }
}

/** How near the pointer must be to a line, in CSS pixels. */
const NEAR = 6;

/** The outline under the pointer. */
export function outlineAt(viewport: Viewport, lines: readonly OutlineLine[], x: number, y: number): OutlineLine | null {
  let nearest: OutlineLine | null = null;
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
