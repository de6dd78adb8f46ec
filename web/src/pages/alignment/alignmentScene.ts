/** Two images and a map between them, as the planes draw them. */
import type { CourseSummary } from '../../api/assessment';
import type { LandmarkSettings } from '../../api/settings';
import type { PointMap } from '../../planes/transform';
import type { GrayWindow } from '../../planes/colour';
import { inPlane, PLANE_KINDS } from '../../planes/plane';
import type { Landmark, OutlineProvider, PriorOutlines, ScalarLayer, Scene, SecondImage } from '../../planes/scene';
import type { LinkedViews } from '../../planes/view.svelte';
import type { Volume } from '../../planes/volume';
import type { LoadedLayer } from '../../state/layer';
import type { Mode } from './alignment.svelte';

export interface Fused {
  readonly layer: LoadedLayer;
  readonly map: PointMap;
  readonly mapName: string;
  readonly mode: Mode;
  readonly amount: number;
  /** Where the prior image is of another kind than the current one. */
  readonly window: GrayWindow | null;
}

/** The prior image through a map. Contours show it alone, with the outlines of the current course over it. */
export function secondOf({ layer, map, mapName, mode, amount, window }: Fused, volume: Volume): SecondImage {
  const second: SecondImage = {
    volume,
    map,
    mode: mode === 'contours' ? 'blend' : mode,
    amount: mode === 'contours' ? 1 : amount,
    unit: layer.info.unit,
    title: `${layer.info.title}, ${mapName}`,
  };
  return window === null ? second : { ...second, window };
}

export interface PriorSet {
  readonly course: Pick<CourseSummary, 'id' | 'label'>;
  readonly mapName: string;
  /** Null where no map is drawn. */
  readonly provider: OutlineProvider | null;
  /** The map is being made by hand. */
  readonly isMoving: boolean;
  /** The server knows no structure set of the course that the map carries. */
  readonly hasNone: boolean;
  readonly styleOf: PriorOutlines['styleOf'];
}

/** The outlines of the prior structure set through the map that is drawn, or why there are none. */
export function priorOf({ course, mapName, provider, isMoving, hasNone, styleOf }: PriorSet): PriorOutlines {
  const note = hasNone
    ? `prior: none, ${course.id} ${course.label} has no structure set that this map carries here`
    : provider === null
      ? 'prior: none, no map is drawn that could carry them here'
      : null;
  return {
    title: `prior: ${course.id} ${course.label}, ${mapName}`,
    course: course.id,
    provider: hasNone ? null : provider,
    isMoving,
    note,
    styleOf,
  };
}

/** Colours of a map: determinants about one, or lengths of displacements from zero on. */
export function scalarOf(
  layer: LoadedLayer,
  volume: Volume,
  jacobianRange: number,
  displacementTo: number,
): ScalarLayer {
  const isJacobian = layer.info.quantity === 'jacobian';
  return {
    volume,
    colours: isJacobian ? 'jacobian' : 'displacement',
    range: isJacobian ? [1 - jacobianRange, 1 + jacobianRange] : [0, displacementTo],
    title: layer.info.title,
    unitLabel: isJacobian ? '' : 'mm',
  };
}

/** The prior image by itself, in its own frame. */
export function movingScene(
  layer: LoadedLayer,
  volume: Volume,
  window: GrayWindow,
  landmarks: readonly LandmarkSettings[],
): Scene {
  return {
    image: volume,
    window,
    imageUnit: layer.info.unit,
    structures: [],
    landmarks: marks(landmarks, 'moving_mm'),
  };
}

/** Frames the prior image as the current one: the same scale, and the crosshairs at the same place of the screen. */
export function alignFraming(moving: LinkedViews, fixed: LinkedViews): void {
  const framing = { ...moving.framing };
  for (const kind of PLANE_KINDS) {
    const own = fixed.framing[kind];
    if (own === null) continue;
    const [here, there] = [inPlane(kind, fixed.cursor), inPlane(kind, moving.cursor)];
    const middle = [own.middle[0] + there[0] - here[0], own.middle[1] + there[1] - here[1]] as const;
    framing[kind] = { scale: own.scale, middle, isFitted: false };
  }
  moving.framing = framing;
}

/** Landmarks in one of the two frames. */
export function marks(landmarks: readonly LandmarkSettings[], frame: 'fixed_mm' | 'moving_mm'): Landmark[] {
  return landmarks.map((landmark) => ({ name: landmark.name, position: [...landmark[frame]] }));
}

/** The largest value, rounded up to a number that is easily read. */
export function readableLargest(volume: Volume): number {
  let largest = 0;
  for (const value of volume.values) if (value > largest) largest = value;
  const power = 10 ** Math.floor(Math.log10(largest > 0 ? largest : 1));
  const factor = [1, 2, 3, 4, 5, 6, 8, 10].find((one) => one * power >= largest * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(6));
}
