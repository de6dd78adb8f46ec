/**
 * The settings of a case, as JSON of `case.toml`: what a person decides that the objects do not say.
 *
 * What is left out is taken from the objects or the knowledge base, or becomes a finding. A field is left out, never null:
 * use `delete settings.field` to take a decision back. Names of arrays are in the singular, as in the file.
 */
import type { Answer, DateText, Evidence, Modality, PointMm, Site, Technique } from './terms';

export interface Settings {
  case?: CaseSettings;
  plan?: PlanSettings[];
  candidate?: CandidateSettings[];
  prior_course?: PriorCourseSettings[];
  answers?: Record<string, Answer>;
  drug?: DrugSettings[];
  imaging?: ImagingSettings[];
  toxicity?: ToxicitySettings[];
  questionnaire?: QuestionnaireSettings[];
  patient_page?: PatientPageSettings;
  registry?: RegistrySettings;
  /** What is to be reported and no object tells, by the id of the item. */
  reporting?: Record<string, string>;
  /** What the tumour board answers to the questions put to it, by the id of the question. */
  board?: Record<string, BoardAnswer>;
  dose?: DoseSettings[];
  structure?: StructureSettings[];
  /** What drawn names mean at their centres; stated by confirming them, not by hand. */
  confirmed_name?: ConfirmedNameSettings[];
  contours?: { end_cap?: 'none' | 'half-slice' | 'rounded' };
  registration?: RegistrationSettings;
  irradiated_volume?: { isodose_percent?: number };
  uncertainty?: UncertaintySettings;
  budget?: BudgetSettings;
  comparison?: { responses?: string[] };
  export?: { physical_dose_type?: boolean };
}

export interface CaseSettings {
  current_course?: string;
  candidate?: string;
  assessment_date?: DateText;
  site?: Site;
  technique?: Technique;
  same_patient?: { accepted_by: string; reason: string };
  toxicity_concern?: StatedAnswer;
  same_organ?: StatedAnswer;
}

/** The answer of a person to a question of the consensus: bare, or with who gave it. */
export type StatedAnswer = boolean | { answer: boolean; by: string; reason?: string };

/** What a tumour board answers, in words, and who gave the answer; neither is empty. */
export interface BoardAnswer {
  answer: string;
  by: string;
}

export interface PlanSettings {
  /** Label or UID. */
  plan: string;
  course?: string;
  fractions_planned?: number;
  fractions_delivered?: number;
  modality?: Modality;
  rbe_included?: boolean;
  rbe?: number;
  fractions_per_day?: number;
  hours_between?: number;
  rbe_model?: string;
  let_grid?: string;
  start_date?: DateText;
  end_date?: DateText;
  same_sessions_as?: string;
  own_sessions?: boolean;
  ignore?: boolean;
}

export interface CandidateSettings {
  name: string;
  plans: string[];
}

/** A prior course of which no dose came as DICOM. */
export interface PriorCourseSettings {
  label: string;
  start_date?: DateText;
  end_date?: DateText;
  modality: Modality;
  fractions: number;
  fractions_per_day?: number;
  hours_between?: number;
  prescription_gy: number;
  /** Highest plausible dose anywhere, in percent of the prescription. */
  highest_percent: number;
  treated?: { structure: string; margin_mm: number; beyond_percent: number };
  organ?: OrganBoundsSettings[];
  note?: string;
}

export interface OrganBoundsSettings {
  structure: string;
  at_least_gy?: number;
  at_most_gy?: number;
  mean_gy?: number;
  /** Dose in gray, and percent of the volume that received at least as much. */
  dvh?: [gy: number, percent: number][];
}

export interface DrugSettings {
  drug: string;
  start: DateText;
  end?: DateText;
}

export interface ImagingSettings {
  modality: string;
  measure: string;
  value: number;
  also?: number;
  date?: DateText;
}

export interface ToxicitySettings {
  term: string;
  grade: number;
  date: DateText;
  baseline_grade?: number;
  attribution?: string;
}

export interface QuestionnaireSettings {
  instrument: string;
  date: DateText;
  /** By the number of the item. */
  answers: Record<string, number>;
}

export interface PatientPageSettings {
  part: string;
  earlier_parts?: string[];
  aim: 'cure' | 'control' | 'relief' | 'unknown';
  visits?: number;
  contact: string;
  phone: string;
  urgent_phone: string;
  benefit?: FrequencySettings[];
  harm?: { organ: string; harm: string; how_often?: FrequencySettings }[];
}

export interface FrequencySettings {
  benefit?: string;
  of_100?: number;
  low_of_100?: number;
  high_of_100?: number;
  years?: number;
  source?: string;
  evidence?: Evidence;
}

export interface RegistrySettings {
  pseudonym?: string;
  intent?: 'curative' | 'palliative';
  rert_reason?: 'in-field' | 'out-of-field' | 'marginal';
  mdt_decision?: string;
  outcome?: string;
}

export interface DoseSettings {
  /** UID of the dose. */
  dose: string;
  plan?: string;
  holds?: 'one-fraction' | 'all-fractions';
  ignore?: boolean;
}

export interface StructureSettings {
  /** Name as drawn in the current course. */
  name: string;
  standard_name?: string;
  alpha_beta_gy?: number;
  alpha_beta_low_gy?: number;
  alpha_beta_high_gy?: number;
  recovery?: number;
  recovery_low?: number;
  recovery_high?: number;
  recovery_model?: string;
  repair_half_time_hours?: number;
  interpolate_gaps?: boolean;
}

export interface ConfirmedNameSettings {
  /** Name as drawn, in any course. */
  drawn: string;
  standard_name: string;
  centres: string[];
  by: string;
  date: DateText;
}

export interface RegistrationSettings {
  /** UID of a registration object, or a kind. */
  use?: string;
  around?: string;
  margin_mm?: number;
  guide?: string[];
  only_current?: string[];
  only_prior?: string[];
  /** Only with `use = "by-hand"`. */
  by_hand?: ByHandSettings;
  landmark?: LandmarkSettings[];
  accepted_by?: string;
  reason?: string;
}

/** A rigid map: `p` goes to `R · (p − centre) + centre + translation`, where `R` turns about x, then y, then z. */
export interface ByHandSettings {
  rotation_deg: [x: number, y: number, z: number];
  translation_mm: PointMm;
  /** Point of the current frame about which is turned. */
  centre_mm: PointMm;
}

/** The same place in both images, as a person sees it. */
export interface LandmarkSettings {
  name: string;
  /** Id or label of the prior course; the first one when nothing is said. */
  course?: string;
  fixed_mm: PointMm;
  moving_mm: PointMm;
}

export interface UncertaintySettings {
  registration_mm?: number;
  correlation_mm?: number;
  dose_calculation_percent?: number;
  draws?: number;
}

export interface BudgetSettings {
  fractions?: number[];
  prescription_gy?: number;
  target?: string;
  limits?: string[];
  transition_gy?: number;
}

/** The settings as the server holds them; `etag` is what a change must name. */
export interface StoredSettings {
  settings: Settings;
  toml: string;
  etag: string;
}
