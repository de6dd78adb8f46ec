/** Volumes, maps, outlines, probes and curves. */
import type {
  Classification,
  CordScore,
  JudgedConstraint,
  RegistrationSummary,
  ResponseValue,
  StructureSummary,
  VerdictSpread,
} from './assessment';
import type { ArrayFile } from './arrays';
import type { Clinical } from './clinical';
import type { Finding, PointMm } from './terms';

export type VolumeQuantity = 'image' | 'absorbed' | 'eqd2' | 'allowance' | 'field' | 'jacobian' | 'displacement';

export interface VolumeGrid {
  origin_mm: PointMm;
  spacing_mm: [number, number, number];
  /** Row-major; column a is the direction of axis a. */
  direction: number[];
  size: [ni: number, nj: number, nk: number];
  /** Distance of each plane along axis k, when they are unequal. */
  plane_offsets_mm: number[] | null;
}

export interface VolumeInfo {
  id: string;
  title: string;
  quantity: VolumeQuantity;
  unit: 'HU' | 'Gy' | 'mm' | '1' | 'a.u.';
  modality: string | null;
  course: string | null;
  part: 'course' | 'background' | 'cumulative' | 'band-low' | 'band-high' | null;
  alpha_beta_gy: number | null;
  fractions: number | null;
  /** `current` or the id of a course. */
  frame: string;
  grid: VolumeGrid;
  /** Doses are upper bounds, since a course is known by its record only. */
  is_bound: boolean;
  /** What must be read with it. */
  note: string | null;
}

export type MapKind =
  'same-frame' | 'dicom-rigid' | 'dicom-deformable' | 'rigid' | 'regional' | 'deformable' | 'by-hand' | 'none';

/** A way from the current (fixed) frame to that of a prior course. A field takes p to after·(before·p + d(p)). */
export interface MapInfo {
  course: string;
  kind: MapKind;
  is_used: boolean;
  accepted: boolean;
  accepted_by: string | null;
  reason: string | null;
  moving_image: string | null;
  /** Row-major 4×4. */
  moving_from_fixed: number[] | null;
  field: string | null;
  before: number[] | null;
  after: number[] | null;
  jacobian: string | null;
  displacement: string | null;
  quality: Record<string, unknown>;
}

export type PlaneOrientation = 'axial' | 'coronal' | 'sagittal';

/** Header of outlines; `line` is an index of the array `starts`. */
export interface OutlinesHeader {
  outlines: { structure: number; name: string; line: number }[];
}

/** How the structure set of a prior course comes into the current frame: by a listed map, or by one that is being moved by hand. */
export type CarriedBy = { map: MapKind } | { movingFromFixed: readonly number[] };

/** Header of the outlines of a prior course; `structure` is an index of its own structure set. */
export interface PriorOutlinesHeader extends OutlinesHeader {
  /** All structures of the set, whether or not the plane cuts them; null where the course has no set that the map carries. */
  structures: { name: string; standard_name: string | null }[] | null;
}

/** Everything at one place of the current frame; what is not known there is null. */
export interface Probe {
  position_mm: PointMm;
  /** Indices of the structures that hold it. */
  structures: number[];
  courses: ProbedCourse[];
  /** EQD2 without recovery, for every α/β of the case. */
  bases: ProbedBasis[];
  allowances: ProbedAllowance[];
  image_value: number | null;
}

export interface ProbedCourse {
  id: string;
  absorbed_gy: number | null;
  /** The place in the frame of the course. */
  mapped_mm: PointMm | null;
}

export interface ProbedBasis {
  alpha_beta_gy: number;
  /** In the order of the courses. */
  courses_gy: (number | null)[];
  cumulative_gy: number | null;
}

export interface ProbedAllowance {
  fractions: number;
  /** Largest total physical dose; null where no limit holds or nothing is known. */
  total_gy: number | null;
  /** The limit that is reached first, with its structure. */
  limited_by: string | null;
}

/** Header of curves: curve K stands in the array `curve-K`. */
export interface DvhHeader {
  curves: { structure: number; name: string; what: string }[];
  bands: { structure: number; array: string }[];
}

/** A curve with its points: EQD2 in gray and volume in percent, one after the other. */
export interface DvhCurve {
  structure: number;
  name: string;
  /** Id of a course, or `cumulative`. */
  what: string;
  points: Float32Array;
}

/** A band of a cumulative curve: dose, low percent, high percent, one after the other. */
export interface DvhBand {
  structure: number;
  points: Float32Array;
}

export interface DvhSet {
  curves: DvhCurve[];
  bands: DvhBand[];
}

/** What other settings would say, without storing them. */
export interface Trial {
  /** Settings that only a new assessment follows. */
  needs_assessment: string[];
  /** By this the settings that the numbers are of are named in other questions. */
  settings_sha256: string;
  /** Indices of structures. */
  changed: number[];
  /** Only those that changed, in the order of `changed`. */
  structures: StructureSummary[];
  /** All. */
  constraints: JudgedConstraint[];
  limit_spreads: VerdictSpread[];
  scores: CordScore[];
  classification: Classification;
  dose_responses: ResponseValue[];
  clinical: Clinical | null;
  /** All, with those of what was tried in the place of what was said before. */
  findings: Finding[];
  /** With another registration that the server keeps at hand. */
  provisional?: boolean;
  registrations?: RegistrationSummary[];
  milliseconds: number;
}

/** Curves and bands of a container, as `GET dvh` and `POST trial` send them. */
export function dvhSet(file: ArrayFile<DvhHeader>): DvhSet {
  const curves = file.header.curves.map((curve, index) => ({
    ...curve,
    points: file.f32(`curve-${index}`, [null, 2]),
  }));
  const bands = file.header.bands.map((band) => ({
    structure: band.structure,
    points: file.f32(band.array, [null, 3]),
  }));
  return { curves, bands };
}
