import type { ViewFont } from './canvasText';
import { type CaptionBlock, drawCaption } from './exportCaption';
import type { LegendEntry } from './legend';

/** What is burnt in below a picture; empty parts are left out, unknown ones must be said by the caller. */
export interface PictureCaption {
  /** What is shown, e.g. the plane and its position. */
  readonly what: string;
  /** The basis of the dose, e.g. `EQD2 (α/β = 2 Gy)`. */
  readonly basis: string;
  readonly units: string;
  /** Provisional, bound or restricted evidence; drawn with a mark. */
  readonly note: string | null;
}

/** Puts canvases of one size on each other with a caption and the legend below, as PNG. */
export async function exportPicture(
  layers: readonly HTMLCanvasElement[],
  caption: PictureCaption,
  legend: readonly LegendEntry[],
  font: ViewFont,
  pixelRatio: number,
): Promise<Blob> {
  const [first] = layers;
  if (first === undefined || first.width === 0 || first.height === 0) throw new Error('There is no picture to store.');
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser cannot draw.');
  const size = font.sizePx * pixelRatio;
  const block: CaptionBlock = { context, size, family: font.family, left: size, width: first.width - 2 * size };
  canvas.width = first.width;
  // Measuring first: the height is known only when the texts are broken into lines.
  const height = drawCaption(block, caption, legend, 0, false);
  canvas.height = Math.ceil(first.height + height);
  context.fillStyle = '#ffffff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  for (const layer of layers) context.drawImage(layer, 0, 0);
  drawCaption(block, caption, legend, first.height, true);
  return blobOf(canvas);
}

function blobOf(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('The picture could not be written.'));
      else resolve(blob);
    }, 'image/png');
  });
}
