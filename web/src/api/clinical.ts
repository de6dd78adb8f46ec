/** What published scores, criteria and rules say of the case beyond doses. Nothing of it decides. */
import type { BoardAnswer } from './settings';
import type { Answer, DateText, Evidence, Site } from './terms';

export interface Clinical {
  site: Site | null;
  /** Answers that were used; `from` is `case.toml`, or what it was computed from. */
  answers: { id: string; answer: Answer; from: string }[];
  scores: ScoreResult[];
  eligibility: EligibilityResult[];
  systemic_therapy: DrugResult[];
  imaging: ImagingResult[];
  imaging_rules: ImagingRuleResult[];
  toxicities: ToxicityResult[];
  questionnaires: QuestionnaireResult[];
  reporting: Completeness;
}

/** A question of a score or a trial, with the range of numbers that it takes. */
export interface Question {
  id: string;
  question: string;
  kind: 'yes-no' | 'number' | 'choice';
  unit?: string;
  choices?: string[];
  at_least?: number;
  above?: number;
  at_most?: number;
  below?: number;
}

export interface AnsweredQuestion extends Question {
  answer: Answer | null;
}

interface ScoreFacts {
  id: string;
  /** Of a computed score that has a class, the JSON holds the title of the class here; fall back on `id`. */
  title: string | null;
  questions: AnsweredQuestion[];
  made_for_reirradiation: boolean;
  purpose: string;
  population: string;
  endpoint: string;
  evidence: Evidence;
  evidence_detail: string | null;
  source: string;
  validations: Validation[];
  note: string | null;
}

export interface ScoreOutcome {
  endpoint: string;
  value: number;
  unit: string;
  cohort: string;
  evidence: Evidence | null;
  source: string | null;
}

export interface Validation {
  cohort: string;
  n_patients: number | null;
  result: string;
  confirms: boolean | null;
  c_index: number | null;
  evidence: Evidence;
  source: string;
  locator: string;
}

export type ScoreState =
  | {
      state: 'computed';
      value: number | null;
      subtotals: Record<string, number>;
      class: string | null;
      /** Name of the class for people. */
      class_title?: string | null;
      outcomes: ScoreOutcome[];
    }
  | { state: 'incomplete'; missing: string[] }
  | { state: 'ask'; input: string; statement: string }
  | { state: 'invalid'; problem: string }
  | { state: 'not-computable'; missing: string };

export type ScoreResult = ScoreFacts & ScoreState;

export interface EligibilityResult {
  id: string;
  title: string;
  criteria: CriterionResult[];
  complete: boolean;
  missing: string;
  note: string;
}

export interface CriterionResult {
  id: string;
  text: string;
  condition: string | null;
  state: 'met' | 'not-met' | 'unknown' | 'for-a-person';
  if_not_met: 'outside' | 'caution' | 'alternative';
  agreement_percent: number | null;
  evidence: Evidence;
  source: string;
  locator: string;
}

export type DrugAdvice = 'yes' | 'avoid' | 'no';

export interface DrugResult {
  drug: string;
  class: string | null;
  half_life_days: number | null;
  start: DateText;
  end: DateText | null;
  timing: string;
  rules: DrugRuleResult[];
  contradictions: DrugStatement[];
  no_consensus: DrugStatement[];
  signals: DrugStatement[];
}

export interface DrugRuleResult {
  id: string;
  title: string;
  statement: string;
  before_days: number | null;
  after_days: number | null;
  longest_interruption_days: number | null;
  same_day: DrugAdvice | null;
  concurrent: DrugAdvice | null;
  consensus: boolean | null;
  kept: 'kept' | 'broken' | 'open';
  reason: string;
  population: string;
  evidence: Evidence;
  evidence_detail: string | null;
  source: string;
  locator: string;
  note: string | null;
}

export interface DrugStatement {
  id: string;
  statement: string;
  population: string | null;
  evidence: Evidence | null;
  source: string | null;
}

export interface ImagingResult {
  id: string;
  title: string;
  modality: string;
  measure: string;
  value: number;
  unit: string;
  threshold: number | null;
  threshold_upper: number | null;
  also_measure: string | null;
  also: number | null;
  also_threshold: number | null;
  says: string | null;
  remark: string | null;
  likelihood_ratio: number | null;
  sensitivity_percent: number | null;
  specificity_percent: number | null;
  n: number | null;
  population: string;
  evidence: Evidence;
  evidence_detail: string | null;
  source: string;
  locator: string;
  note: string | null;
}

export interface ImagingRuleResult {
  id: string;
  title: string;
  statement: string;
  remarks: string[];
  is_doubtful: boolean;
  note: string | null;
  evidence: Evidence;
  source: string;
}

export interface ToxicityResult {
  id: string;
  term: string | null;
  grade: number;
  words: string | null;
  date: DateText;
  baseline_grade: number | null;
  attribution: string | null;
  problem: string | null;
}

export interface QuestionnaireResult {
  instrument: string;
  title: string;
  date: DateText;
  scales: QuestionnaireScale[];
  licence: string | null;
  evidence: Evidence | null;
  source: string | null;
  problem: string | null;
}

export interface QuestionnaireScale {
  scale: string;
  title: string;
  /** More is better for `functional` and `global`, worse for `symptom`. */
  kind: 'functional' | 'symptom' | 'global';
  score: number | null;
  change: number | null;
  relevance: string | null;
  is_better: boolean | null;
}

export type FilledFrom = 'dicom' | 'computed' | 'person';

export interface ReportItem {
  id: string;
  section: string | null;
  title: string;
  value: string | null;
  filled_by: FilledFrom | null;
  filled_from: FilledFrom[];
  evidence: Evidence;
  source: string;
}

export interface BoardStatement {
  id: string;
  text: string;
  about: string | null;
  site: Site | null;
  population: string | null;
  evidence: Evidence;
  source: string;
  locator: string;
  /** Where the assessment answers it by itself. */
  answer?: string | null;
  /** What the board answered when it was assessed or tried; an assessment of an older version does not tell. */
  stated?: BoardAnswer | null;
}

export interface Completeness {
  adherence: ReportItem[];
  adherence_points: number;
  published_median: number;
  note: string;
  items: ReportItem[];
  statements: BoardStatement[];
}
