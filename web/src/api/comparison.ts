/** Candidates for the current course side by side; lists of values follow the order of the candidates. */
import type { ResponseValue } from './assessment';
import type { Band, DoseScope, Evidence, Finding, Verdict } from './terms';

export interface Comparison {
  assessed: string;
  candidates: ComparedCandidate[];
  limits: ComparedLimit[];
  organs: ComparedStructure[];
  targets: ComparedStructure[];
  responses: ComparedResponse[];
  rules: ComparedRule[];
  warning: string;
}

export interface ComparedCandidate {
  name: string;
  plans: string[];
  modalities: string[];
  fractions: number;
  prescription_gy: number | null;
  refused: boolean;
  provisional: boolean;
  verdicts: [met: number, uncertain: number, exceeded: number];
  findings: Finding[];
}

export interface ComparedLimit {
  id: string;
  title: string;
  structure: string;
  metric: string;
  /** Of the limit and its values, where they are no shares. */
  unit: string;
  scope: DoseScope;
  limit_gy: number | null;
  limit_share: number | null;
  alpha_beta_gy: number | null;
  evidence: Evidence;
  source: string;
  values: (ComparedLimitValue | null)[];
}

export interface ComparedLimitValue {
  value_gy: number | null;
  at_most_gy: number | null;
  value_share: number | null;
  band: Band | null;
  probability_exceeded: number | null;
  verdict: Verdict;
  budget_used_percent: number | null;
}

export interface ComparedStructure {
  structure: string;
  alpha_beta_gy: number | null;
  values: (ComparedStructureValue | null)[];
}

export interface ComparedStructureValue {
  current_mean_gy: number | null;
  current_d0_1cc_gy: number | null;
  current_d95_percent_gy: number | null;
  current_d98_percent_gy: number | null;
  current_d2_percent_gy: number | null;
  cumulative_mean_gy: number | null;
  cumulative_d0_1cc_gy: number | null;
}

export interface ComparedResponse extends ResponseValue {
  values: ({ value_gy: number; probability: number; difference_percent: number | null } | null)[];
}

export interface ComparedRule {
  id: string;
  title: string;
  least_difference_percent: number;
  evidence: Evidence;
  source: string;
  outcomes: ({ difference_percent: number; endpoints: string[]; is_reached: boolean } | null)[];
}
