import type { InPlane } from './plane';
import { type Viewport, toScreen } from './viewport';

/** Wider than the line by so much on either side, dark, so that it is seen on bright ground. */
const RIM = 1.1;

export function addPoint(path: Path2D, viewport: Viewport, place: InPlane, isFirst: boolean): void {
  const [x, y] = toScreen(viewport, place);
  if (isFirst) path.moveTo(x, y);
  else path.lineTo(x, y);
}

export function strokeWithRim(
  context: CanvasRenderingContext2D,
  path: Path2D,
  colour: string,
  width: number,
  dashes: readonly number[],
): void {
  context.lineJoin = 'round';
  context.setLineDash(dashes as number[]);
  context.lineWidth = width + 2 * RIM;
  context.strokeStyle = 'rgb(0 0 0 / 55%)';
  context.stroke(path);
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke(path);
}

/** Numbers of a dash pattern as style sheets write it. */
export function dashesOf(pattern: string): number[] {
  const numbers = pattern
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(Number);
  return numbers.every((value) => Number.isFinite(value) && value >= 0) ? numbers : [];
}
