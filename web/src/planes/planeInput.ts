import { type PlaneKind, PLANE_STYLES, inPlane } from './plane';
import type { Scene } from './scene';
import { pixelDistanceMm } from './slices';
import { add, scaled } from './vector';
import type { LinkedViews } from './view.svelte';
import { type Viewport, toPatient, toPlace } from './viewport';

/** The keys of a view, for help texts. */
export const PLANE_KEYS: readonly { readonly keys: string; readonly action: string }[] = [
  { keys: 'Wheel, Page Up, Page Down', action: 'previous or next slice' },
  { keys: 'Left click or drag', action: 'move the crosshair' },
  { keys: 'Arrow keys (Shift: 10)', action: 'move the crosshair by one pixel' },
  { keys: 'Right drag; , . and < >', action: 'level and width of the window' },
  { keys: 'Ctrl or Alt + wheel; + −', action: 'zoom' },
  { keys: 'Middle drag, Space + drag', action: 'pan' },
  { keys: '[ ]', action: 'less or more of the second image' },
  { keys: 'M, then Enter or click', action: 'measure a distance; Esc ends' },
  { keys: 'N', action: 'names of structures at their lines' },
  { keys: 'Home', action: 'crosshair to the middle' },
  { keys: '0', action: 'fit the plane into the view' },
  { keys: 'Double click, Enter', action: 'maximise, and back' },
];

/** Which way a turn of the wheel towards the user goes: to the feet, to the back, to the left. */
const WHEEL_SIGN: Readonly<Record<PlaneKind, 1 | -1>> = { axial: -1, coronal: 1, sagittal: 1 };
/** Travel of a wheel that is one slice, in CSS pixels. */
const NOTCH = 60;
const ZOOM_STEP = 1.2;
const WINDOW_STEP = 0.05;
const AMOUNT_STEP = 0.05;
/** How near the swipe line can be gripped. */
const GRIP = 8;

type DragKind = 'crosshair' | 'pan' | 'window' | 'swipe' | 'measure';

/** What a view tells about itself to the one who turns input into changes. */
export interface InputTarget {
  readonly kind: PlaneKind;
  readonly views: LinkedViews;
  viewport(): Viewport | null;
  scene(): Scene;
  /** The part of the second image, if the page lets it be changed here. */
  setAmount(amount: number): void;
  /** The crosshair was moved. */
  moved(): void;
}

/** Turns pointer, wheel and keys into changes of the linked views. */
export class PlaneInput {
  readonly #target: InputTarget;
  #drag: { readonly kind: DragKind; x: number; y: number; readonly startX: number; readonly startY: number } | null =
    null;
  #isSpaceDown = false;
  #travel = 0;

  constructor(target: InputTarget) {
    this.#target = target;
  }

  get isDragging(): boolean {
    return this.#drag !== null;
  }

  wheel(deltaY: number, deltaMode: number, isZoom: boolean, x: number, y: number): void {
    const viewport = this.#target.viewport();
    if (viewport === null) return;
    const pixels = deltaMode === 0 ? deltaY : deltaMode === 1 ? deltaY * 20 : deltaY * NOTCH;
    if (isZoom) {
      this.#target.views.zoom(viewport.kind, Math.exp(-pixels * 0.002), toPlace(viewport, x, y));
      return;
    }
    // A mouse turns by whole notches, a touch pad by small parts that add up.
    if (Math.abs(pixels) >= NOTCH)
      this.#travel = Math.sign(pixels) * NOTCH * Math.max(1, Math.round(Math.abs(pixels) / 120));
    else this.#travel += pixels;
    const slices = Math.trunc(this.#travel / NOTCH);
    this.#travel -= slices * NOTCH;
    if (slices !== 0) this.#step(slices * WHEEL_SIGN[viewport.kind]);
  }

  pointerDown(button: number, x: number, y: number): void {
    const kind = this.#dragKind(button, x);
    if (kind === null) return;
    this.#drag = { kind, x, y, startX: x, startY: y };
    if (kind === 'crosshair') this.#moveCrosshair(x, y);
    if (kind === 'measure') this.#measure(x, y);
  }

  pointerMove(x: number, y: number): void {
    const { views, kind } = this.#target;
    const viewport = this.#target.viewport();
    if (viewport === null) return;
    if (views.isMeasuring) views.measureTo(kind, toPatient(viewport, x, y));
    const drag = this.#drag;
    if (drag === null) return;
    const [dx, dy] = [x - drag.x, y - drag.y];
    [drag.x, drag.y] = [x, y];
    if (drag.kind === 'crosshair') this.#moveCrosshair(x, y);
    else if (drag.kind === 'pan') views.pan(kind, dx, dy);
    else if (drag.kind === 'window') views.changeWindow(dy / viewport.height, (2 * dx) / viewport.width);
    else if (drag.kind === 'swipe') this.#target.setAmount(withinUnit(x / viewport.width));
  }

  pointerUp(x: number, y: number): void {
    const drag = this.#drag;
    this.#drag = null;
    // A distance may be drawn by dragging, or by two clicks.
    if (drag?.kind === 'measure' && Math.hypot(x - drag.startX, y - drag.startY) > 4) this.#measure(x, y);
  }

  doubleClick(): void {
    if (!this.#target.views.isMeasuring) this.#target.views.toggleMaximised(this.#target.kind);
  }

  keyUp(key: string): void {
    if (key === ' ') this.#isSpaceDown = false;
  }

  /** Forgets keys and buttons that are held; their release may not be seen. */
  blur(): void {
    this.#isSpaceDown = false;
    this.#drag = null;
  }

  /** Returns whether the key means something here. */
  keyDown(key: string, hasShift: boolean): boolean {
    return this.#moveByKey(key, hasShift ? 10 : 1) || this.#frameByKey(key) || this.#toolByKey(key);
  }

  #moveByKey(key: string, pixels: number): boolean {
    const { kind } = this.#target;
    const step = pixels * pixelDistanceMm(this.#target.views.grid);
    const { right, down } = PLANE_STYLES[kind];
    switch (key) {
      case 'ArrowLeft':
        return this.#shift(right, -step);
      case 'ArrowRight':
        return this.#shift(right, step);
      case 'ArrowUp':
        return this.#shift(down, -step);
      case 'ArrowDown':
        return this.#shift(down, step);
      case 'PageUp':
        return this.#step(-WHEEL_SIGN[kind]);
      case 'PageDown':
        return this.#step(WHEEL_SIGN[kind]);
      case 'Home':
        this.#target.views.centre();
        this.#target.moved();
        return true;
      default:
        return false;
    }
  }

  #frameByKey(key: string): boolean {
    const { views, kind } = this.#target;
    const viewport = this.#target.viewport();
    if (viewport === null) return false;
    switch (key) {
      case '+':
      case '=':
        views.zoom(kind, ZOOM_STEP, inPlane(kind, views.cursor));
        return true;
      case '-':
        views.zoom(kind, 1 / ZOOM_STEP, inPlane(kind, views.cursor));
        return true;
      case '0':
        views.fit(kind, viewport.width, viewport.height);
        return true;
      case ' ':
        this.#isSpaceDown = true;
        return true;
      default:
        return false;
    }
  }

  #toolByKey(key: string): boolean {
    const { views, kind } = this.#target;
    const windowSteps: Readonly<Record<string, readonly [number, number]>> = {
      ',': [-WINDOW_STEP, 0],
      '.': [WINDOW_STEP, 0],
      '<': [0, -WINDOW_STEP],
      '>': [0, WINDOW_STEP],
    };
    const windowStep = windowSteps[key];
    if (windowStep !== undefined) views.changeWindow(...windowStep);
    else if (key === '[' || key === ']') this.#changeAmount(key === ']' ? 1 : -1);
    else if (key === 'm' || key === 'M') views.startMeasuring();
    else if (key === 'n' || key === 'N') views.hasNames = !views.hasNames;
    else if (key === 'Enter' && views.isMeasuring) views.measureAt(kind, views.cursor);
    else if (key === 'Enter') views.toggleMaximised(kind);
    else if (key === 'Escape') return this.#escape();
    else return false;
    return true;
  }

  /** Ends what is going on, the innermost first; a page gets the key where nothing is. */
  #escape(): boolean {
    const { views } = this.#target;
    if (views.isMeasuring || views.measurements.length > 0) views.stopMeasuring();
    else if (views.maximised !== null) views.maximised = null;
    else return false;
    return true;
  }

  #changeAmount(direction: 1 | -1): void {
    const { second } = this.#target.scene();
    if (second === undefined) return;
    if (second.mode === 'checkerboard') this.#target.setAmount(Math.max(5, second.amount + 5 * direction));
    else this.#target.setAmount(withinUnit(second.amount + AMOUNT_STEP * direction));
  }

  #shift(direction: readonly [number, number, number], mm: number): true {
    const { views, kind } = this.#target;
    views.cursor = add(views.cursor, scaled(direction, mm));
    if (views.isMeasuring) views.measureTo(kind, views.cursor);
    this.#target.moved();
    return true;
  }

  #step(slices: number): true {
    this.#target.views.step(this.#target.kind, slices);
    this.#target.moved();
    return true;
  }

  #dragKind(button: number, x: number): DragKind | null {
    const viewport = this.#target.viewport();
    if (viewport === null) return null;
    if (button === 1 || (button === 0 && this.#isSpaceDown)) return 'pan';
    if (button === 2) return 'window';
    if (button !== 0) return null;
    if (this.#target.views.isMeasuring) return 'measure';
    const { second } = this.#target.scene();
    const isOnSwipe = second?.mode === 'swipe' && Math.abs(x - second.amount * viewport.width) <= GRIP;
    return isOnSwipe ? 'swipe' : 'crosshair';
  }

  #moveCrosshair(x: number, y: number): void {
    const viewport = this.#target.viewport();
    if (viewport === null) return;
    this.#target.views.cursor = toPatient(viewport, x, y);
    this.#target.moved();
  }

  #measure(x: number, y: number): void {
    const viewport = this.#target.viewport();
    if (viewport !== null) this.#target.views.measureAt(this.#target.kind, toPatient(viewport, x, y));
  }
}

function withinUnit(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
