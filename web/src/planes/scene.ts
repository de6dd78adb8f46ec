import type { CompareMode } from './compose';
import type { GrayWindow } from './colour';
import type { Polyline } from './isolines';
import type { PlaneKind } from './plane';
import type { PointMap } from './transform';
import type { Vec3 } from './vector';
import type { Volume } from './volume';

/** Everything that the planes show. Parts that are left out are not drawn; a part is replaced, never changed in place. */
export interface Scene {
  /** The planning image of the current course; its planes are the slices. */
  readonly image: Volume | null;
  /** Window at the start; the user changes it in the state of the views. */
  readonly window: GrayWindow;
  /** What the values of the image are, e.g. `HU`. */
  readonly imageUnit?: string;
  readonly second?: SecondImage;
  readonly dose?: DoseLayer;
  readonly scalar?: ScalarLayer;
  readonly outlines?: OutlineProvider;
  readonly prior?: PriorOutlines;
  readonly structures: readonly StructureStyle[];
  readonly landmarks?: readonly Landmark[];
  /** Said when the crosshair came to rest. */
  readonly onprobe?: (position: Vec3) => void;
}

/** An image of another course, seen through the map from the current frame to its own. */
export interface SecondImage {
  readonly volume: Volume;
  readonly map: PointMap;
  readonly mode: CompareMode;
  /** See `SecondRaster.amount` in compose.ts. */
  readonly amount: number;
  /** Its own window, for another modality; else that of the first image. */
  readonly window?: GrayWindow;
  /** What its values are, e.g. `HU`. */
  readonly unit?: string;
  /** What it is, for the legend and the text on the picture. */
  readonly title: string;
}

export interface DoseLayer {
  readonly volume: Volume;
  /** What is shown, with its basis, e.g. `cumulative EQD2 (α/β = 2 Gy)`. */
  readonly title: string;
  /** Written after each number, e.g. `Gy`. */
  readonly unitLabel: string;
  readonly levels: readonly number[];
  readonly wash: DoseWash | null;
  /** The dose is a bound, not a value. */
  readonly isBound: boolean;
  /** On which side the truth lies, where that is known: `≥` for a lower bound. */
  readonly boundSign?: '≥' | '≤';
  /** What is provisional or restricted about it; shown in the legend and burnt into pictures. */
  readonly note?: string | null;
}

/** Colours between two doses; below `from` nothing is coloured. */
export interface DoseWash {
  readonly alpha: number;
  readonly from: number;
  readonly to: number;
}

/** Values of a map, or a difference of doses. */
export interface ScalarLayer {
  readonly volume: Volume;
  readonly colours: 'jacobian' | 'displacement' | 'difference';
  readonly range: readonly [number, number];
  readonly title: string;
  /** Empty for a number without a unit. */
  readonly unitLabel: string;
  readonly alpha?: number;
}

export interface StructureStyle {
  readonly index: number;
  readonly name: string;
  readonly colour: string;
  /** Dash pattern as `structureDash` writes it, e.g. `6 3`; empty for a full line. */
  readonly dash: string;
  readonly visible: boolean;
}

export interface Landmark {
  readonly name: string;
  readonly position: Vec3;
}

/** The outline of a structure on a plane. */
export interface OutlineLine {
  readonly structure: number;
  readonly name: string;
  /** Of a prior structure, where one is known. */
  readonly standardName?: string | null;
  /** Pairs of mm along the two patient axes in the plane, as served (x,y; x,z; y,z). */
  readonly points: Polyline;
}

export interface Outlines {
  readonly lines: readonly OutlineLine[];
}

/** Where the outlines of planes come from; what is given up by the signal need not come. */
export type OutlineProvider = (
  plane: PlaneKind,
  positionMm: number,
  signal?: AbortSignal,
) => Promise<Outlines> | Outlines;

/** Outlines of the structures of a prior course, carried into the current frame. */
export interface PriorOutlines {
  /** Whose they are, and by which map they come, for the legend. */
  readonly title: string;
  /** Lines of another course are never shown in the place of those that are on their way. */
  readonly course: string;
  /** Null where none can be carried here; the note then says why. */
  readonly provider: OutlineProvider | null;
  /** The map is being moved by hand: each provider is of another map, and only the newest is worth asking. */
  readonly isMoving: boolean;
  readonly note: string | null;
  /** How a line is drawn; null where it is not to be seen. */
  readonly styleOf: (line: OutlineLine) => LineStyle | null;
}

export interface LineStyle {
  readonly name: string;
  readonly colour: string;
  readonly dash: string;
}

/** Cuts the arrays of the HTTP interface into lines. */
export function outlinesFromArrays(
  entries: readonly { readonly structure: number; readonly name: string; readonly line: number }[],
  points: Float32Array,
  starts: Uint32Array,
): Outlines {
  const end = (line: number): number => starts[line + 1] ?? points.length / 2;
  const lines = entries.map(({ structure, name, line }) => {
    const start = starts[line];
    if (start === undefined) throw new Error(`The outline of ${name} has no line ${line}.`);
    return { structure, name, points: points.subarray(2 * start, 2 * end(line)) };
  });
  return { lines };
}
