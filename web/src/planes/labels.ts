import { type ViewFont, drawText, textWidth } from './canvasText';
import type { InPlane } from './plane';
import { type Viewport, toScreen } from './viewport';

/** A label that was placed, so that others keep clear of it. */
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const SIZE = 0.92;
/** Places along a line that are tried. */
const PLACES = 24;
/** Space that labels leave to each other, in CSS pixels. */
const SPACE = 5;

/** Writes labels on lines so that none covers another one. */
export class LabelPlacer {
  readonly #context: CanvasRenderingContext2D;
  readonly #viewport: Viewport;
  readonly #font: ViewFont;
  readonly #taken: Box[] = [];

  constructor(context: CanvasRenderingContext2D, viewport: Viewport, font: ViewFont) {
    this.#context = context;
    this.#viewport = viewport;
    this.#font = font;
  }

  /** Writes a text on a line of `n` points, the first time at its top and then `turn` places on; not at all where there is no room. */
  place(text: string, n: number, point: (index: number) => InPlane, turn = 0): void {
    const width = textWidth(this.#context, this.#font, text, { size: SIZE, weight: 600 });
    const height = this.#font.sizePx;
    for (const [x, y] of this.#candidates(n, point, turn)) {
      const box = { x: x - width / 2, y: y - height / 2, width, height };
      if (!this.#isVisible(box) || this.#taken.some((other) => isNear(box, other))) continue;
      this.#taken.push(box);
      drawText(this.#context, this.#font, text, x, y, { align: 'center', baseline: 'middle', size: SIZE, weight: 600 });
      return;
    }
  }

  #candidates(n: number, point: (index: number) => InPlane, turn: number): (readonly [number, number])[] {
    let top = 0;
    for (let index = 1; index < n; index += 1) if (point(index)[1] < point(top)[1]) top = index;
    const steps = Array.from({ length: PLACES }, (_, step) => Math.floor((top + ((step + turn) * n) / PLACES) % n));
    return steps.map((index) => toScreen(this.#viewport, point(index)));
  }

  #isVisible(box: Box): boolean {
    const { width, height } = this.#viewport;
    return box.x > 0 && box.y > 0 && box.x + box.width < width && box.y + box.height < height;
  }
}

function isNear(a: Box, b: Box): boolean {
  const isApart =
    a.x > b.x + b.width + SPACE ||
    b.x > a.x + a.width + SPACE ||
    a.y > b.y + b.height + SPACE ||
    b.y > a.y + a.height + SPACE;
  return !isApart;
}
