import type { ViewFont } from './canvasText';
import type { GrayWindow } from './colour';
import type { Grid } from './grid';
import { type IsodoseLines, isodoseLines } from './isodose';
import { drawGridEnd } from './gridEnd';
import { drawIsodoses, labelIsodoses } from './isodoseLayer';
import { LabelPlacer } from './labels';
import { currentStyle, type DrawnLine, drawOutlines, labelOutlines, outlineAt } from './outlineLayer';
import {
  drawCorners,
  drawCrosshair,
  drawLandmarks,
  drawLetters,
  drawMeasurements,
  drawScaleBar,
  drawSwipe,
  drawTip,
} from './markLayer';
import type { OutlineCache } from './outlineCache';
import { PictureLayer } from './pictureLayer';
import type { ResliceClient } from './resliceClient';
import type { DoseLayer, Scene } from './scene';
import { sliceDistanceMm } from './slices';
import type { Vec3 } from './vector';
import type { Measurement } from './view.svelte';
import { type PriorOutlineFinder, ViewOutlines } from './viewOutlines';
import { type OutlineState, type ViewState, cornerTexts } from './viewTexts';
import type { Viewport } from './viewport';

/** Everything that a view is drawn from. */
export interface PainterInputs {
  readonly viewport: Viewport;
  readonly scene: Scene;
  readonly grid: Grid | null;
  readonly window: GrayWindow;
  readonly cursor: Vec3;
  readonly measurements: readonly Measurement[];
  readonly isMeasuring: boolean;
  readonly hasNames: boolean;
  readonly outlines: OutlineCache | null;
  readonly prior: PriorOutlineFinder;
  /** Changes when outlines arrived. */
  readonly arrivals: number;
  readonly font: ViewFont;
}

/** Three canvases that lie on each other: images and colours, lines, and marks with texts. */
export interface Canvases {
  readonly picture: HTMLCanvasElement;
  readonly lines: HTMLCanvasElement;
  readonly marks: HTMLCanvasElement;
}

interface Tip {
  readonly text: string;
  readonly x: number;
  readonly y: number;
}

/** Draws a view, each canvas only when something on it changed, at most once per frame of the screen. */
export class Painter {
  readonly #canvases: Canvases;
  readonly #picture: PictureLayer;
  #inputs: PainterInputs | null = null;
  #drawn: PainterInputs | null = null;
  #drawnPicture: unknown = null;
  #frame = 0;
  #lines: readonly DrawnLine[] = [];
  #isodoses: { dose: DoseLayer; positionMm: number; lines: readonly IsodoseLines[] } | null = null;
  #isDoseOnPlane = false;
  readonly #outlines = new ViewOutlines();
  #outlineState: OutlineState = 'none';
  #priorState: OutlineState = 'none';
  #tip: Tip | null = null;
  #isTipNew = false;

  constructor(canvases: Canvases, client: ResliceClient, view: string) {
    this.#canvases = canvases;
    this.#picture = new PictureLayer(client, view, () => {
      this.#schedule();
    });
  }

  update(inputs: PainterInputs): void {
    this.#inputs = inputs;
    this.#schedule();
  }

  /** Shows the name of the outline under the pointer; returns it. */
  pointAt(x: number, y: number): string | null {
    const line = this.#inputs === null ? null : outlineAt(this.#shownViewport(this.#inputs), this.#lines, x, y);
    this.#setTip(line === null ? null : { text: line.name, x, y });
    return line?.name ?? null;
  }

  pointAway(): void {
    this.#setTip(null);
  }

  /** Draws at once what waits for the next frame; for a picture to be stored. */
  flush(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#draw();
  }

  close(): void {
    cancelAnimationFrame(this.#frame);
    this.#picture.close();
    this.#inputs = null;
  }

  #setTip(tip: Tip | null): void {
    if (tip === null && this.#tip === null) return;
    this.#tip = tip;
    this.#isTipNew = true;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#frame !== 0 || this.#inputs === null) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** The view with the plane that is shown, which may lag behind the one asked for. */
  #shownViewport(inputs: PainterInputs): Viewport {
    const positionMm = this.#picture.shown?.viewport.positionMm ?? inputs.viewport.positionMm;
    return positionMm === inputs.viewport.positionMm ? inputs.viewport : { ...inputs.viewport, positionMm };
  }

  /** The scene of the picture that is shown: lines and texts of another one would not belong to it. */
  #shownScene(inputs: PainterInputs): Scene {
    return this.#picture.shown?.scene ?? inputs.scene;
  }

  #draw(): void {
    const inputs = this.#inputs;
    if (inputs === null || inputs.viewport.width < 1 || inputs.viewport.height < 1) return;
    const last = this.#drawn;
    const before = this.#picture.shown;
    this.#picture.update(inputs.viewport, inputs.scene, inputs.window);
    const isPictureNew = this.#picture.shown !== before || this.#picture.shown !== this.#drawnPicture;
    const isFramingNew = last === null || last.viewport !== inputs.viewport;
    const viewport = this.#shownViewport(inputs);
    if (isPictureNew || isFramingNew) this.#drawPicture(inputs);
    const hasNewLines =
      isFramingNew ||
      isPictureNew ||
      last.scene !== inputs.scene ||
      last.arrivals !== inputs.arrivals ||
      last.hasNames !== inputs.hasNames;
    if (hasNewLines) this.#drawLines(inputs, viewport);
    if (hasNewLines || last !== inputs || this.#isTipNew) this.#drawMarks(inputs, viewport);
    this.#drawn = inputs;
    this.#drawnPicture = this.#picture.shown;
  }

  #drawPicture(inputs: PainterInputs): void {
    const context = prepared(this.#canvases.picture, inputs.viewport);
    if (context !== null) this.#picture.draw(context, inputs.viewport);
  }

  #drawLines(inputs: PainterInputs, viewport: Viewport): void {
    const context = prepared(this.#canvases.lines, viewport);
    if (context === null) return;
    const { font } = inputs;
    const scene = this.#shownScene(inputs);
    if (scene.scalar !== undefined) drawGridEnd(context, viewport, scene.scalar.volume.grid);
    const { dose } = scene;
    const isodoses = dose === undefined ? [] : this.#isodosesOf(dose, viewport);
    if (dose !== undefined) {
      this.#isDoseOnPlane = drawGridEnd(context, viewport, dose.volume.grid);
      drawIsodoses(context, viewport, dose, isodoses);
    }
    this.#lines = this.#drawOutlines(context, inputs, scene, viewport);
    // Labels come last, so that no line crosses them.
    const labels = new LabelPlacer(context, viewport, font);
    if (dose !== undefined) labelIsodoses(labels, dose, isodoses);
    if (inputs.hasNames) labelOutlines(labels, viewport.kind, this.#lines);
  }

  #drawMarks(inputs: PainterInputs, viewport: Viewport): void {
    this.#isTipNew = false;
    const context = prepared(this.#canvases.marks, viewport);
    if (context === null) return;
    const { font, grid, cursor, window } = inputs;
    const scene = this.#shownScene(inputs);
    const sliceMm = sliceDistanceMm(grid, viewport.kind, viewport.positionMm);
    if (scene.second?.mode === 'swipe') drawSwipe(context, viewport, scene.second.amount);
    drawCrosshair(context, viewport, cursor);
    drawLandmarks(context, viewport, font, scene.landmarks ?? [], sliceMm);
    drawMeasurements(context, viewport, font, inputs.measurements, sliceMm);
    drawLetters(context, viewport, font);
    const texts = cornerTexts(scene, grid, viewport.kind, viewport.positionMm, cursor, window, this.#state(inputs));
    const lines = drawCorners(context, viewport, font, texts);
    const lift = font.sizePx * (0.65 + 1.35 * lines);
    drawScaleBar(context, viewport, font, viewport.width - font.sizePx * 0.65, viewport.height - lift - 4);
    if (this.#tip !== null) drawTip(context, viewport, font, this.#tip.text, this.#tip.x, this.#tip.y);
  }

  #state(inputs: PainterInputs): ViewState {
    return {
      isWaiting: this.#picture.isWaiting && this.#picture.shown === null,
      failure: this.#picture.failure,
      outlines: this.#outlineState,
      prior: this.#priorState,
      isDoseOnPlane: this.#isDoseOnPlane,
      isMeasuring: inputs.isMeasuring,
    };
  }

  #isodosesOf(dose: DoseLayer, viewport: Viewport): readonly IsodoseLines[] {
    const known = this.#isodoses;
    const { positionMm, kind } = viewport;
    const isKnown =
      known !== null &&
      known.positionMm === positionMm &&
      known.dose.volume === dose.volume &&
      known.dose.levels === dose.levels;
    if (isKnown) return known.lines;
    const lines = isodoseLines(dose.volume, kind, positionMm, dose.levels);
    this.#isodoses = { dose, positionMm, lines };
    return lines;
  }

  /** Those of a prior course lie above: where both agree, the full line shows through the gaps. */
  #drawOutlines(
    context: CanvasRenderingContext2D,
    { grid, outlines, prior }: PainterInputs,
    scene: Scene,
    viewport: Viewport,
  ): DrawnLine[] {
    const { kind, positionMm } = viewport;
    const found = this.#outlines.find(outlines, grid, kind, positionMm);
    this.#outlineState = found.state;
    const lines = found.outlines?.lines ?? [];
    const drawn = drawOutlines(context, viewport, lines, currentStyle(scene.structures), 'current');
    const before = this.#outlines.findPrior(prior, scene.prior, grid, kind, positionMm);
    const priorLines = before.outlines?.lines ?? [];
    this.#priorState = before.state === 'here' && priorLines.length === 0 ? 'empty' : before.state;
    if (scene.prior === undefined) return drawn;
    const isFormer = before.state === 'former';
    return [...drawn, ...drawOutlines(context, viewport, priorLines, scene.prior.styleOf, 'prior', isFormer)];
  }
}

/** The context of a cleared canvas of the size of the view, in CSS pixels. */
function prepared(canvas: HTMLCanvasElement, { width, height, pixelRatio }: Viewport): CanvasRenderingContext2D | null {
  const [columns, rows] = [Math.round(width * pixelRatio), Math.round(height * pixelRatio)];
  if (canvas.width !== columns || canvas.height !== rows) {
    canvas.width = columns;
    canvas.height = rows;
  }
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
