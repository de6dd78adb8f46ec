import { type ViewFont, drawText, textWidth, wrapped } from './canvasText';
import { PLANE_STYLES, inPlane, planePosition } from './plane';
import type { Landmark } from './scene';
import { length, subtract } from './vector';
import type { Vec3 } from './vector';
import type { Measurement } from './view.svelte';
import { number } from '../design/quantity';
import { type Viewport, toScreen } from './viewport';

const CROSSHAIR = 'rgb(125 211 252 / 85%)';
const MEASURE = '#ffd84d';
const LANDMARK = '#8cf5b0';

/** Draws the crosshair with a gap about its middle, so that it does not hide the place it points to. */
export function drawCrosshair(context: CanvasRenderingContext2D, viewport: Viewport, cursor: Vec3): void {
  const [x, y] = toScreen(viewport, inPlane(viewport.kind, cursor));
  const gap = 10;
  const path = new Path2D();
  for (const [ax, ay, bx, by] of [
    [0, y, x - gap, y],
    [x + gap, y, viewport.width, y],
    [x, 0, x, y - gap],
    [x, y + gap, x, viewport.height],
  ] as const) {
    path.moveTo(ax, ay);
    path.lineTo(bx, by);
  }
  context.setLineDash([]);
  context.lineWidth = 2.5;
  context.strokeStyle = 'rgb(0 0 0 / 35%)';
  context.stroke(path);
  context.lineWidth = 1;
  context.strokeStyle = CROSSHAIR;
  context.stroke(path);
}

/** Draws distances of this plane with their length. */
export function drawMeasurements(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  font: ViewFont,
  measurements: readonly Measurement[],
  sliceMm: number,
): void {
  for (const { kind, from, to } of measurements) {
    const isHere = kind === viewport.kind && Math.abs(planePosition(kind, from) - viewport.positionMm) <= sliceMm / 2;
    if (!isHere) continue;
    const [ax, ay] = toScreen(viewport, inPlane(kind, from));
    const [bx, by] = toScreen(viewport, inPlane(kind, to));
    const path = new Path2D();
    path.moveTo(ax, ay);
    path.lineTo(bx, by);
    for (const [x, y] of [
      [ax, ay],
      [bx, by],
    ] as const) {
      path.moveTo(x + 4, y);
      path.arc(x, y, 4, 0, 2 * Math.PI);
    }
    strokeTwice(context, path, MEASURE);
    const text = `${number(length(subtract(to, from)), 1)}\u2009mm`;
    drawText(context, font, text, (ax + bx) / 2 + 8, (ay + by) / 2 - 8, { colour: MEASURE, weight: 650 });
  }
}

/** Landmarks on the plane are full, those of neighbouring slices hollow and dashed. */
export function drawLandmarks(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  font: ViewFont,
  landmarks: readonly Landmark[],
  sliceMm: number,
): void {
  for (const { name, position } of landmarks) {
    const distance = Math.abs(planePosition(viewport.kind, position) - viewport.positionMm);
    if (distance > 2.5 * sliceMm) continue;
    const isOnPlane = distance <= sliceMm / 2;
    const [x, y] = toScreen(viewport, inPlane(viewport.kind, position));
    const path = new Path2D();
    path.arc(x, y, 6, 0, 2 * Math.PI);
    if (isOnPlane) {
      path.moveTo(x - 10, y);
      path.lineTo(x + 10, y);
      path.moveTo(x, y - 10);
      path.lineTo(x, y + 10);
    }
    strokeTwice(context, path, LANDMARK, isOnPlane ? [] : [3, 3]);
    drawText(context, font, name, x + 11, y - 7, { colour: LANDMARK, weight: 600 });
  }
}

function strokeTwice(context: CanvasRenderingContext2D, path: Path2D, colour: string, dashes: number[] = []): void {
  context.setLineDash(dashes);
  context.lineWidth = 4;
  context.strokeStyle = 'rgb(0 0 0 / 60%)';
  context.stroke(path);
  context.lineWidth = 1.6;
  context.strokeStyle = colour;
  context.stroke(path);
}

/** Draws the line that parts two images and its grip. */
export function drawSwipe(context: CanvasRenderingContext2D, viewport: Viewport, amount: number): void {
  const x = amount * viewport.width;
  const path = new Path2D();
  path.moveTo(x, 0);
  path.lineTo(x, viewport.height);
  path.roundRect(x - 3, viewport.height / 2 - 18, 6, 36, 3);
  strokeTwice(context, path, '#ffffff');
}

/** Letters of the patient's sides at the edges. */
export function drawLetters(context: CanvasRenderingContext2D, viewport: Viewport, font: ViewFont): void {
  const [left, right, top, bottom] = PLANE_STYLES[viewport.kind].letters;
  const { width, height } = viewport;
  const style = { align: 'center', baseline: 'middle', weight: 700, size: 1.15 } as const;
  const edge = font.sizePx;
  drawText(context, font, left, edge, height / 2, style);
  drawText(context, font, right, width - edge, height / 2, style);
  drawText(context, font, top, width / 2, edge, style);
  drawText(context, font, bottom, width / 2, height - edge, style);
}

/** Length of the scale bar: round, and about a fifth of the view. */
export function scaleBarMm(viewport: Pick<Viewport, 'width' | 'scale'>): number {
  const wanted = viewport.width / viewport.scale / 5;
  const power = 10 ** Math.floor(Math.log10(wanted));
  return ([5, 2, 1].find((step) => step * power <= wanted) ?? 1) * power;
}

/** Draws the scale bar; its right end stands at (x, y). */
export function drawScaleBar(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  font: ViewFont,
  x: number,
  y: number,
): void {
  const millimetres = scaleBarMm(viewport);
  const width = millimetres * viewport.scale;
  const path = new Path2D();
  path.moveTo(x - width, y - 5);
  path.lineTo(x - width, y);
  path.lineTo(x, y);
  path.lineTo(x, y - 5);
  strokeTwice(context, path, '#f5f7fa');
  drawText(context, font, `${millimetres}\u2009mm`, x - width / 2, y - 6, { align: 'center', size: 0.92 });
}

/** Texts in the corners, top lines downwards and bottom lines upwards. */
export interface CornerTexts {
  readonly topLeft: readonly string[];
  readonly topRight: readonly string[];
  readonly bottomLeft: readonly string[];
  readonly bottomRight: readonly string[];
}

/** Writes the corners; long texts go on in another line. Returns how many lines stand at the lower right. */
export function drawCorners(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  font: ViewFont,
  texts: CornerTexts,
): number {
  const line = font.sizePx * 1.35;
  const margin = font.sizePx * 0.65;
  const { width, height } = viewport;
  const most = width / 2 - 2 * font.sizePx;
  const linesOf = (parts: readonly string[]): string[] =>
    parts.flatMap((text) => wrapped(text, most, (part) => textWidth(context, font, part)));
  const down = (parts: readonly string[], x: number, align: CanvasTextAlign): void => {
    for (const [index, text] of linesOf(parts).entries())
      drawText(context, font, text, x, margin + line * (index + 0.7), { align });
  };
  const up = (parts: readonly string[], x: number, align: CanvasTextAlign): number => {
    const lines = linesOf(parts);
    for (const [index, text] of lines.entries()) {
      drawText(context, font, text, x, height - margin - line * (lines.length - 1 - index), { align });
    }
    return lines.length;
  };
  down(texts.topLeft, margin, 'left');
  down(texts.topRight, width - margin, 'right');
  up(texts.bottomLeft, margin, 'left');
  return up(texts.bottomRight, width - margin, 'right');
}

/** A text beside the pointer, kept within the view. */
export function drawTip(
  context: CanvasRenderingContext2D,
  viewport: Viewport,
  font: ViewFont,
  text: string,
  x: number,
  y: number,
): void {
  const width = textWidth(context, font, text, { weight: 650 });
  const left = Math.min(x + 14, viewport.width - width - 6);
  drawText(context, font, text, left, Math.max(y - 12, font.sizePx + 4), { weight: 650 });
}
