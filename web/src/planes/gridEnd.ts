import type { Grid } from './grid';
import { gridSection } from './gridSection';
import { addPoint } from './stroke';
import type { Viewport } from './viewport';

/** Marks where a grid ends: beyond it nothing is known. Returns false where the plane does not meet the grid. */
export function drawGridEnd(context: CanvasRenderingContext2D, viewport: Viewport, grid: Grid): boolean {
  const section = gridSection(grid, viewport.kind, viewport.positionMm);
  if (section.length === 0) return false;
  const path = new Path2D();
  for (const [index, place] of section.entries()) addPoint(path, viewport, place, index === 0);
  path.closePath();
  context.save();
  const outside = new Path2D();
  outside.rect(-1, -1, viewport.width + 2, viewport.height + 2);
  outside.addPath(path);
  context.clip(outside, 'evenodd');
  const hatching = hatch(context);
  if (hatching !== null) {
    context.lineWidth = 16;
    context.lineJoin = 'miter';
    context.setLineDash([]);
    context.strokeStyle = hatching;
    context.stroke(path);
  }
  context.restore();
  context.lineWidth = 1;
  context.lineJoin = 'miter';
  context.setLineDash([]);
  context.strokeStyle = 'rgb(255 255 255 / 70%)';
  context.stroke(path);
  return true;
}

let hatchTile: HTMLCanvasElement | null = null;

function hatch(context: CanvasRenderingContext2D): CanvasPattern | null {
  hatchTile ??= drawHatchTile();
  return context.createPattern(hatchTile, 'repeat');
}

function drawHatchTile(): HTMLCanvasElement {
  const tile = document.createElement('canvas');
  tile.width = 8;
  tile.height = 8;
  const context = tile.getContext('2d');
  if (context === null) return tile;
  context.lineWidth = 1.2;
  context.strokeStyle = 'rgb(255 255 255 / 60%)';
  context.beginPath();
  for (const shift of [-8, 0, 8]) {
    context.moveTo(shift, 8);
    context.lineTo(shift + 8, 0);
  }
  context.stroke();
  return tile;
}
