/** How sure the doses of a structure are. Every part may be missing where it was not computed. */
import type { DoseMetricName } from './assessment';
import type { Band } from './terms';

export interface BandedValue {
  nominal: number;
  /** Exceeded in 95 % of the draws. */
  low: number;
  /** Exceeded in 5 % of the draws. */
  high: number;
  /** At 1, 5, 10, 25, 50, 75, 90, 95 and 99 %. */
  quantiles: number[];
}

export type DoubtSource = 'registration' | 'alpha_beta' | 'recovery' | 'dose_calculation' | 'histogram';

export interface NominalRange {
  nominal: number;
  low: number;
  high: number;
}

export interface PriorDoseSearch {
  plain_gy: number | null;
  restricted_gy: number | null;
  unrestricted_gy: number | null;
  sum_of_maxima_gy: number | null;
}

export interface OtherMaps {
  used: string;
  /** By the kind of the map. */
  eqd2: Record<string, { d0_1cc_gy: number | null; mean_gy: number | null }>;
  displacement_mm: number | null;
  d0_1cc_range_gy: Band | null;
  mean_range_gy: Band | null;
  verdict: string;
}

export interface StructureUncertainty {
  cumulative_eqd2?: Partial<Record<DoseMetricName, BandedValue | null>>;
  contributions?: Partial<Record<DoubtSource, { d0_1cc_gy: number | null; mean_gy: number | null }>>;
  search?: {
    courses: Record<string, { radius_mm: number | null; drawn_before: boolean }>;
    max_gy: PriorDoseSearch;
    d0_1cc_gy: PriorDoseSearch;
  };
  inputs?: {
    draws: number;
    alpha_beta_gy: NominalRange | null;
    recovery: NominalRange | null;
    dose_calculation_percent: number | null;
    correlation_mm: number | null;
  };
  /** By course. */
  registration?: Record<string, OtherMaps>;
  /** Where bounds are from, for courses that enter by their maxima. */
  sum_of_maxima?: unknown;
}
