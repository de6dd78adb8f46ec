import { type GrayWindow, levelAndWidth, windowOf } from './colour';
import type { Grid } from './grid';
import { type InPlane, type PlaneKind, inPlane, planePosition, withPlanePosition } from './plane';
import { extentInPlane, steppedPosition } from './slices';
import type { Vec3 } from './vector';

/** Two points of a distance; the second is missing until it is set. */
export interface Measurement {
  readonly kind: PlaneKind;
  readonly from: Vec3;
  readonly to: Vec3;
  readonly isOpen: boolean;
}

/** What one plane shows: CSS pixels per mm and the place in the middle; null until the view has a size. */
export interface Framing {
  readonly scale: number;
  readonly middle: InPlane;
  /** The user has not moved it, so that it follows the size of the view. */
  readonly isFitted: boolean;
}

const SMALLEST_SCALE = 0.1;
const LARGEST_SCALE = 80;
const NARROWEST_WINDOW = 1;

/** State of views that move together: one crosshair, one window, a framing of each plane. */
export class LinkedViews {
  cursor = $state.raw<Vec3>([0, 0, 0]);
  window = $state.raw<GrayWindow>({ low: -160, high: 240 });
  framing = $state.raw<Readonly<Record<PlaneKind, Framing | null>>>({ axial: null, coronal: null, sagittal: null });
  maximised = $state.raw<PlaneKind | null>(null);
  isMeasuring = $state.raw(false);
  measurements = $state.raw<readonly Measurement[]>([]);
  /** Names of structures stand at their lines. */
  hasNames = $state.raw(false);
  /** The grid whose planes are the slices. */
  grid = $state.raw<Grid | null>(null);

  /** Takes a new image; the crosshair goes to its middle, on one of its slices. */
  open(grid: Grid | null, window: GrayWindow): void {
    this.grid = grid;
    this.window = window;
    this.framing = { axial: null, coronal: null, sagittal: null };
    this.measurements = [];
    this.centre();
  }

  centre(): void {
    if (this.grid === null) return;
    let middle = this.grid.centreMm();
    for (const kind of ['axial', 'coronal', 'sagittal'] as const) {
      middle = withPlanePosition(kind, middle, steppedPosition(this.grid, kind, planePosition(kind, middle), 0));
    }
    this.cursor = middle;
  }

  /** Moves the crosshair and, where it would be out of sight, the planes with it. */
  lookAt(position: Vec3): void {
    this.cursor = position;
    for (const kind of ['axial', 'coronal', 'sagittal'] as const) {
      const framing = this.framing[kind];
      if (framing !== null && !framing.isFitted) this.setFraming(kind, { ...framing, middle: inPlane(kind, position) });
    }
  }

  step(kind: PlaneKind, slices: number): void {
    const position = steppedPosition(this.grid, kind, planePosition(kind, this.cursor), slices);
    this.cursor = withPlanePosition(kind, this.cursor, position);
  }

  /** Shows the whole image, or 400 mm where there is none. */
  fit(kind: PlaneKind, width: number, height: number): void {
    const extent =
      this.grid === null
        ? { middle: inPlane(kind, this.cursor), size: [400, 400] as const }
        : extentInPlane(this.grid, kind);
    const scale = Math.min(width / extent.size[0], height / extent.size[1]);
    this.setFraming(kind, { scale: withinScale(scale), middle: extent.middle, isFitted: true });
  }

  /** Zooms so that a place stays where it is. */
  zoom(kind: PlaneKind, factor: number, about: InPlane): void {
    const framing = this.framing[kind];
    if (framing === null) return;
    const scale = withinScale(framing.scale * factor);
    const keep = framing.scale / scale;
    const middle: InPlane = [
      about[0] + (framing.middle[0] - about[0]) * keep,
      about[1] + (framing.middle[1] - about[1]) * keep,
    ];
    this.setFraming(kind, { scale, middle, isFitted: false });
  }

  /** Moves the plane by a distance in CSS pixels. */
  pan(kind: PlaneKind, dx: number, dy: number): void {
    const framing = this.framing[kind];
    if (framing === null) return;
    const middle: InPlane = [framing.middle[0] - dx / framing.scale, framing.middle[1] - dy / framing.scale];
    this.setFraming(kind, { ...framing, middle, isFitted: false });
  }

  /** Changes level and width by parts of the present width. */
  changeWindow(levelPart: number, widthPart: number): void {
    const { level, width } = levelAndWidth(this.window);
    const wider = Math.max(NARROWEST_WINDOW, width * (1 + widthPart));
    this.window = windowOf(level + levelPart * width, wider);
  }

  startMeasuring(): void {
    this.isMeasuring = true;
  }

  /** Ends the tool; an unfinished distance goes, and without one, all of them. */
  stopMeasuring(): void {
    const hasOpen = this.measurements.some(({ isOpen }) => isOpen);
    this.measurements = hasOpen || this.isMeasuring ? this.measurements.filter(({ isOpen }) => !isOpen) : [];
    this.isMeasuring = false;
  }

  /** Sets the first or the second point. */
  measureAt(kind: PlaneKind, position: Vec3): void {
    const open = this.measurements.find((one) => one.isOpen && one.kind === kind);
    const others = this.measurements.filter(({ isOpen }) => !isOpen);
    if (open === undefined) this.measurements = [...others, { kind, from: position, to: position, isOpen: true }];
    else this.measurements = [...others, { ...open, to: position, isOpen: false }];
  }

  /** Lets the second point follow. */
  measureTo(kind: PlaneKind, position: Vec3): void {
    if (!this.measurements.some((one) => one.isOpen && one.kind === kind)) return;
    this.measurements = this.measurements.map((one) =>
      one.isOpen && one.kind === kind ? { ...one, to: position } : one,
    );
  }

  toggleMaximised(kind: PlaneKind): void {
    this.maximised = this.maximised === kind ? null : kind;
  }

  private setFraming(kind: PlaneKind, framing: Framing): void {
    this.framing = { ...this.framing, [kind]: framing };
  }
}

function withinScale(scale: number): number {
  return Math.min(Math.max(scale, SMALLEST_SCALE), LARGEST_SCALE);
}
