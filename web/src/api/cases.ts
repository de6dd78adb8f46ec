/** Cases, what they hold, jobs, signatures. */
import type { ReirradiationType, RegistrationKind } from './assessment';
import type { Question } from './clinical';
import type { CourseRole, DateText, Finding, Modality, PointMm, TimeText } from './terms';

export interface PatientIdentity {
  name: string | null;
  id: string | null;
  birth_date: DateText | null;
  sex: string | null;
}

export type CaseState = 'imported' | 'assessed' | 'outdated' | 'refused';
export type SignatureState = 'none' | 'valid' | 'void';

export interface CaseSummary {
  id: string;
  label: string;
  /** Null while the objects were not looked at. */
  patient: PatientIdentity | null;
  created: TimeText;
  n_objects: number;
  modalities: string[];
  courses: { id: string; label: string; role: CourseRole; start_date: DateText | null }[];
  state: CaseState;
  is_open: boolean;
  type: ReirradiationType | null;
  provisional: boolean | null;
  n_refused: number;
  n_warnings: number;
  n_notes: number;
  n_exceeded: number;
  n_uncertain: number;
  n_met: number;
  signature: SignatureState;
}

/** A case that cannot be read, and why. */
export interface BrokenCase {
  id: string;
  problem: Problem;
}

/** All cases. Those that cannot be read hide no other. */
export interface CaseList {
  cases: CaseSummary[];
  broken: BrokenCase[];
}

/** What a case was made of, as `rert inspect --json` tells. Parts that a case lacks are left out or empty. */
export interface CaseContents {
  findings: Finding[];
  patients?: { id: string | null; courses: InspectedCourse[] }[];
  courses?: InspectedCourse[];
  plans?: InspectedPlan[];
  doses?: unknown[];
  structure_sets?: unknown[];
  images?: unknown[];
  registrations?: InspectedRegistration[];
  records?: unknown[];
}

export interface InspectedCourse {
  id: string;
  label: string;
  role: CourseRole;
  start_date: DateText | null;
  interval_days: number | null;
  frame: string;
  plans: InspectedPlan[];
  structures: { name: string; n_contours: number }[];
  image: { kind: string; n_slices: number; patient_position: string | null; orientation: string | null } | null;
}

export interface InspectedPlan {
  uid: string;
  label: string;
  modality: Modality;
  fractions_planned: number | null;
  fractions_delivered: number | null;
  dose_type: string;
  prescription_gy: number | null;
  doses: InspectedDose[];
}

export interface InspectedDose {
  sources: string[];
  fractions: number;
  size: [number, number, number];
  spacing_mm: [number, number, number];
  orientation: string;
  max_gy: number;
}

export interface InspectedRegistration {
  uid: string;
  kind: RegistrationKind;
  maps: { from_frame: string; to_frame: string }[];
}

export type JobState = 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
export type JobKind = 'import' | 'assessment' | 'band' | 'variant';

export interface Job {
  id: string;
  kind: JobKind;
  case: string | null;
  state: JobState;
  stage: string;
  /** Null where it is not known how far it is. */
  fraction: number | null;
  error: Problem | null;
  result: Record<string, unknown> | null;
  started: TimeText | null;
  ended: TimeText | null;
}

/** Whether a job will not change any more. */
export function isEnded(job: Job): boolean {
  return job.state === 'done' || job.state === 'failed' || job.state === 'cancelled';
}

/** Whether a job works out another registration: it changes nothing of the case, so that nothing has to wait for it. */
export function isVariant(job: Job): boolean {
  return job.kind === 'variant';
}

/** What went wrong: what was being done, to what, what is wrong, and what to do. */
export interface Problem {
  code: string;
  doing: string;
  subject: string;
  message: string;
  hint: string;
}

/** A question that scores or trials ask of the case. */
export interface AskedQuestion extends Question {
  asked_by: string[];
}

/** What a signature is bound to: it is void when any of it changes. */
export interface Bound {
  inputs_sha256: string;
  settings_sha256: string;
  knowledge_sha256: string;
  rert: string;
}

export interface Signature {
  name: string;
  role: string;
  meaning: string;
  signed_at: TimeText;
  bound_to: Bound;
}

export interface SignatureStatus {
  state: SignatureState;
  signature: Signature | null;
  bound_now: Bound;
  /** What changed since it was signed. */
  changed: string[];
}

/** The same place in the current frame and in that of a prior course. */
export interface Landmark {
  fixed_mm: PointMm;
  moving_mm: PointMm;
}

export interface ByHandResult {
  rotation_deg: [number, number, number];
  translation_mm: PointMm;
  centre_mm: PointMm;
  /** Row-major 4×4. */
  moving_from_fixed: number[];
  residuals_mm: number[];
  rms_mm: number;
}

/** The files of a case that can be downloaded. */
export type CaseFile =
  | 'report.pdf'
  | 'report.html'
  | 'patient.html'
  | 'assessment.json'
  | 'dvh.csv'
  | 'case.toml'
  | 'registry.json'
  | 'registry.csv'
  | 'registry.fhir.json'
  | 'dicom.zip';
