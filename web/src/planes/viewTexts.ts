import { number } from '../design/quantity';
import { levelAndWidth } from './colour';
import type { GrayWindow } from './colour';
import type { Grid } from './grid';
import type { CornerTexts } from './markLayer';
import { type PlaneKind, PLANE_STYLES, planePosition, withPlanePosition } from './plane';
import type { Scene, SecondImage } from './scene';
import { sliceNumber } from './slices';
import { mapPoint } from './transform';
import type { Vec3 } from './vector';

const AXIS_NAMES = ['x', 'y', 'z'] as const;
const THIN = '\u2009';

/** What is known of outlines: `empty` where the plane has none, `former` where they are of a former position of what is moved. */
export type OutlineState = 'none' | 'here' | 'empty' | 'former' | 'coming' | 'failed';

/** What is being waited for, or went wrong, in a view. */
export interface ViewState {
  readonly isWaiting: boolean;
  readonly failure: string | null;
  readonly outlines: OutlineState;
  /** Those of a prior course. */
  readonly prior: OutlineState;
  readonly isDoseOnPlane: boolean;
  readonly isMeasuring: boolean;
}

/** The texts in the corners of a view; all of them belong to the plane that is shown. */
export function cornerTexts(
  scene: Scene,
  grid: Grid | null,
  kind: PlaneKind,
  shownMm: number,
  cursor: Vec3,
  window: GrayWindow,
  state: ViewState,
): CornerTexts {
  const place = withPlanePosition(kind, cursor, shownMm);
  return {
    topLeft: [titleText(grid, kind, shownMm), positionText(kind, shownMm)],
    topRight: [...layerTexts(scene), ...stateTexts(scene, state)],
    bottomLeft: valueTexts(scene, place),
    bottomRight: scene.image === null ? [] : [windowText(window, scene.imageUnit)],
  };
}

export function titleText(grid: Grid | null, kind: PlaneKind, positionMm: number): string {
  const slice = sliceNumber(grid, kind, positionMm);
  const { name } = PLANE_STYLES[kind];
  return slice === null ? name : `${name} ${slice.slice}${THIN}/${THIN}${slice.of}`;
}

export function positionText(kind: PlaneKind, positionMm: number): string {
  return `${AXIS_NAMES[PLANE_STYLES[kind].normal]} = ${number(positionMm, 1)}${THIN}mm`;
}

export function windowText(window: GrayWindow, unit: string | undefined): string {
  const { level, width } = levelAndWidth(window);
  const digits = width < 10 ? 2 : 0;
  return `W ${number(width, digits)}  L ${number(level, digits)}${unit === undefined ? '' : `${THIN}${unit}`}`;
}

function layerTexts({ second, scalar, dose }: Scene): string[] {
  const texts: string[] = [];
  if (second !== undefined) texts.push(second.title, modeText(second));
  if (scalar !== undefined) texts.push(scalar.title);
  if (dose?.isBound === true) texts.push('Dose: a bound, not a value');
  return texts;
}

export function modeText({ mode, amount }: SecondImage): string {
  const percent = `${Math.round(100 * amount)}${THIN}%`;
  switch (mode) {
    case 'blend':
      return `Blend, ${percent} second image`;
    case 'checkerboard':
      return `Checkerboard, ${number(amount, 0)}${THIN}mm`;
    case 'swipe':
      return 'Swipe: second image on the right';
    case 'difference':
      return 'Difference: second − first';
  }
}

const PRIOR_TEXTS: Partial<Record<OutlineState, string>> = {
  empty: 'No prior outline on this plane',
  former: 'Prior outlines are of the former position…',
  coming: 'Prior outlines are loading…',
  failed: 'Prior outlines are not available here',
};

function stateTexts(scene: Scene, state: ViewState): string[] {
  const texts: string[] = [];
  if (state.failure !== null) texts.push(`Not drawn: ${state.failure}`);
  if (state.isWaiting) texts.push('Computing…');
  if (state.outlines === 'coming') texts.push('Outlines are loading…');
  if (state.outlines === 'failed') texts.push('Outlines are not available here');
  const ofPrior = PRIOR_TEXTS[state.prior];
  if (ofPrior !== undefined) texts.push(ofPrior);
  if (scene.dose !== undefined && !state.isDoseOnPlane) texts.push('No dose known on this plane');
  if (state.isMeasuring) texts.push('Measure: set two points, Esc ends');
  return texts;
}

/** Values at a place, unknown ones in words; the value stands first, so that it is never cut off. */
export function valueTexts({ image, imageUnit, second, dose, scalar }: Scene, place: Vec3): string[] {
  const texts: string[] = [];
  if (scalar !== undefined)
    texts.push(`${valueText(scalar.volume.trilinear(place), scalar.unitLabel, 2)}  ${scalar.title}`);
  if (second !== undefined) {
    const there = mapPoint(second.map, place);
    const value = there === null ? NaN : second.volume.trilinear(there);
    texts.push(`${valueText(value, second.unit ?? '', 0)}  ${second.title}`);
  }
  if (image !== null) texts.push(`${valueText(image.trilinear(place), imageUnit ?? '', 0)}  image`);
  if (dose !== undefined) {
    const sign = dose.boundSign === undefined ? '' : `${dose.boundSign}${THIN}`;
    texts.push(`${valueText(dose.volume.trilinear(place), dose.unitLabel, 1, sign)}  ${dose.title}`);
  }
  return texts;
}

function valueText(value: number, unit: string, digits: number, sign = ''): string {
  if (!Number.isFinite(value)) return 'Not known here:';
  return `${sign}${number(value, digits)}${unit === '' ? '' : `${THIN}${unit}`}`;
}

/** What a screen reader says about the crosshair. */
export function spokenText(scene: Scene, kind: PlaneKind, cursor: Vec3, structure: string | null): string {
  const [x, y, z] = cursor.map((value) => number(value, 1));
  const parts = [
    `${PLANE_STYLES[kind].name}, ${positionText(kind, planePosition(kind, cursor))}`,
    `x ${x}, y ${y}, z ${z} mm`,
  ];
  if (structure !== null) parts.push(structure);
  return [...parts, ...valueTexts(scene, cursor)].join('. ');
}
