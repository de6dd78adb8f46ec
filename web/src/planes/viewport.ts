import { type InPlane, type Plane, type PlaneKind, PLANE_STYLES, patientPosition } from './plane';
import type { Vec3 } from './vector';

/** What a view shows of its plane: CSS pixels per mm, the place in its middle, and its size in CSS pixels. */
export interface Viewport {
  readonly kind: PlaneKind;
  readonly positionMm: number;
  readonly middle: InPlane;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
  /** Screen pixels per CSS pixel. */
  readonly pixelRatio: number;
}

export function toScreen(viewport: Viewport, place: InPlane): readonly [x: number, y: number] {
  return [
    (place[0] - viewport.middle[0]) * viewport.scale + viewport.width / 2,
    (place[1] - viewport.middle[1]) * viewport.scale + viewport.height / 2,
  ];
}

export function toPlace(viewport: Viewport, x: number, y: number): InPlane {
  return [
    (x - viewport.width / 2) / viewport.scale + viewport.middle[0],
    (y - viewport.height / 2) / viewport.scale + viewport.middle[1],
  ];
}

export function toPatient(viewport: Viewport, x: number, y: number): Vec3 {
  return patientPosition(viewport.kind, toPlace(viewport, x, y), viewport.positionMm);
}

/** More pixels than this would make scrolling slow; then each covers several pixels of the screen. */
const MOST_PIXELS = 700_000;

/** The raster that covers a view. */
export function rasterOf(viewport: Viewport): Plane {
  const screenPixels = viewport.width * viewport.height * viewport.pixelRatio ** 2;
  const edge = Math.max(1, Math.ceil(Math.sqrt(screenPixels / MOST_PIXELS)));
  const cssEdge = edge / viewport.pixelRatio;
  const { right, down } = PLANE_STYLES[viewport.kind];
  // The first pixel's centre stands half a pixel inside the corner of the view.
  return {
    origin: toPatient(viewport, cssEdge / 2, cssEdge / 2),
    right,
    down,
    pixelMm: cssEdge / viewport.scale,
    columns: Math.max(1, Math.ceil(viewport.width / cssEdge)),
    rows: Math.max(1, Math.ceil(viewport.height / cssEdge)),
  };
}

export function isSameViewport(a: Viewport | null, b: Viewport): boolean {
  return (
    a !== null &&
    a.kind === b.kind &&
    a.positionMm === b.positionMm &&
    a.middle[0] === b.middle[0] &&
    a.middle[1] === b.middle[1] &&
    a.scale === b.scale &&
    a.width === b.width &&
    a.height === b.height &&
    a.pixelRatio === b.pixelRatio
  );
}
