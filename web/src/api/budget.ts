/** What published limits leave after the prior courses. */
import type { Band, DoseScope, Evidence } from './terms';

export interface Budget {
  fractions: number[];
  model: 'lq' | 'lq-l';
  transition_gy: number | null;
  limits: LimitBudget[];
  not_limited: NotLimited[];
  targets: TargetBudget[];
}

export interface LimitBudget {
  id: string;
  title: string;
  structure: string;
  metric: string;
  scope: DoseScope;
  alpha_beta_gy: number;
  limit_gy: number;
  limit_upper_gy: number | null;
  /** EQD2 of the prior courses in the same measure; zero for a limit on the current course alone. */
  prior_gy: number | null;
  prior_is_at_most: boolean;
  with_recovery: boolean;
  /** Negative by how much the limit is exceeded already. */
  remaining_eqd2_gy: number | null;
  remaining_band_gy: Band | null;
  options: BudgetOption[];
  evidence: Evidence;
  source: string;
  reason: string | null;
}

export interface BudgetOption {
  fractions: number;
  total_gy: number | null;
  gy_per_fraction: number | null;
  cautious_total_gy: number | null;
  beyond_model: boolean;
  reason: string | null;
}

export interface NotLimited {
  structure: string;
  fractions: number[];
  /** Nothing is allowed in it; otherwise everything is. */
  is_closed: boolean;
  reason: string;
}

export interface TargetBudget {
  structure: string;
  fractions: number;
  prescription_gy: number | null;
  attainable_percent: number | null;
  /** The first one first. */
  obstacles: Obstacle[];
}

export interface Obstacle {
  id: string;
  structure: string;
  blocked_cc: number;
  lowest_total_gy: number | null;
  distance_mm: number | null;
  fall_off_percent_per_mm: number | null;
  would_have_to_give_gy: number | null;
}
