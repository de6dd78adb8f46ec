/** Values of candidates in words. */
import type { ComparedCandidate, ComparedLimit, ComparedLimitValue, ComparedResponse } from '../../api/comparison';
import {
  bandNumbers,
  doseNumber,
  dose,
  inUnit,
  NO_BREAK,
  NOT_KNOWN,
  plain,
  stated,
  withUnit,
} from '../../charts/wording';

export function scheduleText(candidate: ComparedCandidate): string {
  const prescribed = candidate.prescription_gy === null ? 'prescription not known' : dose(candidate.prescription_gy);
  return `${prescribed} in ${candidate.fractions} ${candidate.fractions === 1 ? 'fraction' : 'fractions'}`;
}

/** The limit in its unit, or as a share. */
export function comparedLimitText(limit: ComparedLimit): string {
  if (limit.limit_gy !== null) return stated(limit.limit_gy, limit.unit);
  return limit.limit_share === null ? NOT_KNOWN : stated(limit.limit_share, '1');
}

/** What a candidate gives; never a number where none is known. */
export function comparedValueText(limit: ComparedLimit, value: ComparedLimitValue): string {
  const text = (known: number): string => inUnit(known, limit.unit, [limit.limit_gy]);
  if (value.value_gy !== null) return text(value.value_gy);
  if (value.value_share !== null) return inUnit(value.value_share, '1', [limit.limit_share]);
  return value.at_most_gy === null ? NOT_KNOWN : `≤${NO_BREAK}${text(value.at_most_gy)}`;
}

/** The band of what a candidate gives; nothing where there is none. */
export function comparedBandText(limit: ComparedLimit, value: ComparedLimitValue): string | null {
  return value.band === null ? null : bandNumbers(value.band, value.value_share === null ? limit.unit : '1');
}

/** Limits that say something of some candidate. */
export function sayingLimits(limits: readonly ComparedLimit[]): ComparedLimit[] {
  return limits.filter(({ values }) => values.some((value) => value !== null && value.verdict !== 'not-evaluable'));
}

/** Doses side by side: `12.0 / 3.4`. */
export function sideBySide(...values: (number | null)[]): string {
  return values.map((value) => (value === null ? NOT_KNOWN : doseNumber(value))).join(' / ');
}

/** A probability, and its difference to the first candidate where there is one to show. */
export function probabilityText(value: NonNullable<ComparedResponse['values'][number]>): string {
  const percent = withUnit((value.probability * 100).toFixed(1), '%');
  const difference = value.difference_percent;
  if (difference === null || Math.abs(difference) < 0.05) return percent;
  const sign = difference < 0 ? '\u2212' : '+';
  return `${percent} (${sign}${plain(Math.round(Math.abs(difference) * 10) / 10)} points)`;
}
