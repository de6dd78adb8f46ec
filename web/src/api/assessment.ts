/** The result of the engine, as `assessment.json` holds it. `null` is not known, never zero. */
import type { Budget } from './budget';
import type { Clinical } from './clinical';
import type { Comparison } from './comparison';
import type {
  Band,
  CourseRole,
  DateText,
  DoseScope,
  Evidence,
  Finding,
  FractionDoses,
  Modality,
  SitePack,
  Verdict,
} from './terms';
import type { StructureUncertainty } from './uncertainty';

export interface Assessment {
  schema: string;
  provisional: boolean;
  refused: boolean;
  courses: CourseSummary[];
  registrations: RegistrationSummary[];
  structures: StructureSummary[];
  constraints: JudgedConstraint[];
  limit_spreads: VerdictSpread[];
  no_limits: SaidInstead[];
  not_drawn: string[];
  scores: CordScore[];
  classification: Classification;
  budget: Budget | null;
  dose_responses: ResponseValue[];
  clinical: Clinical | null;
  comparison: Comparison | null;
  findings: Finding[];
  provenance: Provenance;
}

export interface CourseSummary {
  id: string;
  label: string;
  role: CourseRole;
  start_date: DateText | null;
  end_date: DateText | null;
  /** Days from its end (else its start) to the start of the current course. */
  interval_days: number | null;
  /** Whether it had not begun on the day of the assessment: its doses are those that are planned. */
  is_to_come: boolean;
  /** Whether no dose of it came as DICOM, so that its doses are bounds. */
  known_by_record: boolean;
  note: string | null;
  /** Empty for a current course that has no plan yet. */
  plans: PlanSummary[];
}

export interface PlanSummary {
  label: string;
  modality: Modality;
  fractions_planned: number;
  fractions_delivered: number;
  dose_type: string;
  rbe_applied: number | null;
  rbe_included: boolean;
  rbe_model: string | null;
  fractions_per_day: number | null;
  hours_between: number | null;
  fraction_doses: FractionDoses;
  prescription_gy: number | null;
}

export type RegistrationKind =
  'same-frame' | 'dicom-rigid' | 'dicom-deformable' | 'deformable' | 'rigid' | 'regional' | 'by-hand' | 'none';

export interface RegistrationSummary {
  fixed_frame: string;
  moving_frame: string;
  course: string;
  kind: RegistrationKind;
  objects: string[];
  accepted: boolean;
  accepted_by: string | null;
  reason: string | null;
  /** Measures by name; the names follow the kind. `objections` may be null. */
  quality: Record<string, unknown>;
  moving_from_fixed: number[] | null;
}

/** Measures of a dose in a structure; the volume is cc, doses are Gy. */
export interface Metrics {
  volume_cc: number | null;
  min_gy: number | null;
  max_gy: number | null;
  mean_gy: number | null;
  d98_percent_gy: number | null;
  d95_percent_gy: number | null;
  d50_percent_gy: number | null;
  d2_percent_gy: number | null;
  d0_03cc_gy: number | null;
  d0_1cc_gy: number | null;
  d0_5cc_gy: number | null;
  d1cc_gy: number | null;
}

export type MetricName = keyof Metrics;
export type DoseMetricName = Exclude<MetricName, 'volume_cc'>;

export interface StructureSummary {
  name: string;
  standard_name: string | null;
  kind: 'oar' | 'target' | 'external' | null;
  target_state: 'treated' | 'earlier' | 'not-told' | null;
  alpha_beta_gy: number | null;
  /** A key of the references, or `case.toml`. */
  alpha_beta_source: string | null;
  alpha_beta_evidence: Evidence | null;
  /** Share of the prior EQD2 taken as recovered; the largest, where it differs from course to course. */
  recovery: number;
  recovery_model: string | null;
  repair: SettledRepair | null;
  volume_cc: number | null;
  courses: StructureCourse[];
  cumulative_eqd2: Metrics | null;
  cumulative_eqd2_error_gy: Metrics | null;
  cumulative_eqd2_without_recovery: Metrics | null;
  cumulative_eqd2_at_least: Metrics | null;
  cumulative_eqd2_at_most: Metrics | null;
  coverage: { percent: number | null };
  uncertainty: StructureUncertainty;
}

export interface StructureCourse {
  id: string;
  absorbed: Metrics;
  absorbed_error_gy: Metrics;
  eqd2: Metrics;
  eqd2_error_gy: Metrics;
  covered_percent: number | null;
  recovery: number;
}

export interface SettledRepair {
  id: string | null;
  half_time_hours: number | null;
  evidence: Evidence | null;
  source: string | null;
}

export interface JudgedConstraint {
  id: string;
  title: string;
  structure: string;
  sites: SitePack[];
  /** Null where no site was stated. */
  is_for_site: boolean | null;
  metric: string;
  /** Unit of `value_gy`, `limit_gy` and their bounds. */
  unit: 'Gy' | 'cc' | '%' | '1' | 'months';
  scope: DoseScope;
  limit_gy: number | null;
  limit_upper_gy: number | null;
  limit_share: number | null;
  alpha_beta_gy: number | null;
  value_gy: number | null;
  error_gy: number | null;
  /** 5 % and 95 % of the draws; shares where the limit is one. */
  band: Band | null;
  probability_exceeded: number | null;
  value_share: number | null;
  limit_months: number | null;
  value_months: number | null;
  at_least_gy: number | null;
  at_most_gy: number | null;
  verdict: Verdict;
  provisional: boolean;
  evidence: Evidence;
  strength: string | null;
  source: string;
  locator: string | null;
  /** An observation, no limit to plan for: above or below it, neither met nor exceeded. */
  is_landmark: boolean;
  is_own: boolean;
  remarks: string[];
}

export interface VerdictSpread {
  structure: string;
  n_met: number;
  n_exceeded: number;
  n_uncertain: number;
  n_not_evaluable: number;
  lowest_share: number | null;
  highest_share: number | null;
}

export interface SaidInstead {
  id: string;
  structure: string;
  statement: string;
  evidence: Evidence;
  source: string;
  locator: string | null;
}

export interface CordScore {
  id: string;
  structure: string;
  points: number;
  group: string;
  rate_percent: number | null;
  rate_evidence: Evidence;
  rate_source: string;
  guidance: { statement: string; evidence: Evidence; source: string };
  cumulative_bed_gy: number;
  highest_course_bed_gy: number;
  interval_months: number;
  alpha_beta_gy: number;
  evidence: Evidence;
  source: string;
}

/** The types of the ESTRO–EORTC consensus. */
export type ReirradiationType = 'type-1' | 'type-2' | 'repeat-organ' | 'repeat';

export interface Classification {
  /** Null while questions are open. */
  type: ReirradiationType | null;
  rule: string;
  overlap_cc: number | null;
  isodose_percent: number;
  answers: ConsensusAnswer[];
  source: string;
}

export interface ConsensusAnswer {
  id: 'geometric-overlap' | 'cumulative-toxicity-concern' | 'same-organ';
  answer: boolean | null;
  method: string;
  author: string | null;
}

export interface ResponseValue {
  id: string;
  title: string;
  kind: 'ntcp' | 'tcp';
  grade: number | null;
  structure: string;
  metric: string;
  scope: DoseScope;
  alpha_beta_gy: number;
  in_fractions: number | null;
  value_gy: number | null;
  probability: number | null;
  population: 'reirradiation' | 'first-course';
  evidence: Evidence;
  source: string;
  reason: string | null;
}

export interface Provenance {
  rert: string;
  inputs: { sha256: string; kind: string }[];
  settings_sha256: string;
  knowledge_sha256: string;
  knowledge_history: {
    n_entries: number;
    n_reviewed: number;
    n_replaced: number;
    first_entered: DateText | null;
    last_entered: DateText | null;
  };
}
