/** Where the limits of a structure stand in its dose–volume plot: only where the place is exact. */
import type { JudgedConstraint } from '../api/assessment';
import type { DvhStructure } from './dvhData';
import { parseMetric } from './metric';
import { NO_BREAK, basis, plain, stated, withUnit } from './wording';

export interface LimitMark {
  limit: JudgedConstraint;
  /** On which curve it is judged. */
  on: 'cumulative' | 'current';
  /** Whether it is a mark on the dose axis and no point of the curve, as a mean is. */
  isOnAxis: boolean;
  doseGy: number;
  /** Upper end of a range of doses. */
  doseUpperGy: number | null;
  volumePercent: number;
}

export interface UndrawnLimit {
  limit: JudgedConstraint;
  reason: string;
}

export interface LimitPlaces {
  marks: LimitMark[];
  undrawn: UndrawnLimit[];
}

type Place = Pick<LimitMark, 'isOnAxis' | 'doseGy' | 'doseUpperGy' | 'volumePercent'>;

/** The limit in words, as `D0.1cc ≤ 54 Gy, EQD2 (α/β = 2.5 Gy)`. */
export function limitText(limit: JudgedConstraint): string {
  if (limit.scope === 'interval') return limit.title;
  const share = limit.limit_share === null ? null : stated(limit.limit_share, '1');
  const low = limit.limit_gy === null ? share : stated(limit.limit_gy, limit.unit);
  const upper = limit.limit_upper_gy === null ? '' : ` to ${stated(limit.limit_upper_gy, limit.unit)}`;
  const of = limit.alpha_beta_gy === null ? '' : `, ${basis(limit.alpha_beta_gy)}`;
  // An observation is no limit to plan for.
  const sign = limit.is_landmark ? 'observed at' : '≤';
  return low === null ? limit.title : `${limit.metric} ${sign}${NO_BREAK}${low}${upper}${of}`;
}

/** Places of all limits, and why the others have none. */
export function limitPlaces(structure: DvhStructure): LimitPlaces {
  const places: LimitPlaces = { marks: [], undrawn: [] };
  for (const limit of structure.limits) {
    const place = placeOf(limit, structure);
    if (typeof place === 'string') places.undrawn.push({ limit, reason: place });
    else places.marks.push({ limit, on: limit.scope === 'current' ? 'current' : 'cumulative', ...place });
  }
  return places;
}

function placeOf(limit: JudgedConstraint, structure: DvhStructure): Place | string {
  if (limit.scope === 'interval') return 'it is about time, not dose';
  if (limit.scope === 'current-share') return 'it is a share of the dose of all courses';
  const other = otherBasis(limit, structure);
  return other ?? pointOf(limit, structure.volumeCc);
}

/** Why the limit and the drawn curve are not on one basis. */
function otherBasis(limit: JudgedConstraint, structure: DvhStructure): string | null {
  if (limit.alpha_beta_gy === null || structure.alphaBetaGy === null) return 'the α/β is not known';
  if (limit.alpha_beta_gy !== structure.alphaBetaGy) {
    return `the curve is EQD2 of another α/β, ${withUnit(plain(structure.alphaBetaGy), 'Gy')}`;
  }
  if (limit.scope === 'cumulative' && structure.recovery > 0) {
    return 'the curve holds a recovery, which the limit may not';
  }
  return null;
}

function pointOf(limit: JudgedConstraint, volumeCc: number | null): Place | string {
  const metric = parseMetric(limit.metric);
  if (limit.limit_gy === null) return 'its value is not known';
  const ofDose = { doseGy: limit.limit_gy, doseUpperGy: limit.limit_upper_gy, isOnAxis: false };
  const percentOf = (cc: number): number | null => (volumeCc === null || volumeCc < cc ? null : (100 * cc) / volumeCc);
  switch (metric.kind) {
    case 'dose-at-percent':
      return { ...ofDose, volumePercent: metric.percent };
    case 'max':
      return { ...ofDose, volumePercent: 0 };
    case 'mean':
      return { ...ofDose, volumePercent: 0, isOnAxis: true };
    case 'dose-at-cc': {
      const percent = percentOf(metric.cc);
      return percent === null
        ? 'the structure is too small, or its volume not known'
        : { ...ofDose, volumePercent: percent };
    }
    case 'percent-at-dose':
      return { doseGy: metric.gy, doseUpperGy: null, isOnAxis: false, volumePercent: limit.limit_gy };
    case 'cc-at-dose': {
      const percent = percentOf(limit.limit_gy);
      if (percent === null) return 'the structure is smaller, or its volume not known';
      return { doseGy: metric.gy, doseUpperGy: null, isOnAxis: false, volumePercent: percent };
    }
    default:
      return 'its measure has no place on the curve';
  }
}
