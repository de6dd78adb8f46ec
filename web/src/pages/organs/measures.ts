/** Measures of a dose in the order in which people read them, by the names of the engine. */
import type { DoseMetricName, Metrics, StructureSummary } from '../../api/assessment';
import { NO_BREAK, NOT_KNOWN, doseNumber, doseRange } from '../../charts/wording';

export const MEASURES: readonly { name: DoseMetricName; label: string }[] = [
  { name: 'd0_03cc_gy', label: 'D0.03cc' },
  { name: 'd0_1cc_gy', label: 'D0.1cc' },
  { name: 'd0_5cc_gy', label: 'D0.5cc' },
  { name: 'd1cc_gy', label: 'D1cc' },
  { name: 'd2_percent_gy', label: 'D2%' },
  { name: 'd50_percent_gy', label: 'D50%' },
  { name: 'd95_percent_gy', label: 'D95%' },
  { name: 'd98_percent_gy', label: 'D98%' },
  { name: 'mean_gy', label: 'mean' },
  { name: 'max_gy', label: 'maximum' },
  { name: 'min_gy', label: 'minimum' },
];

/** A dose without its unit; never a number where none is known. */
export function grayText(metrics: Metrics | null, name: DoseMetricName): string {
  const value = metrics?.[name] ?? null;
  return value === null ? NOT_KNOWN : doseNumber(value);
}

/** The EQD2 of all courses, or what is certain of it. */
export function cumulativeText(structure: StructureSummary, name: DoseMetricName): string {
  const value = structure.cumulative_eqd2?.[name] ?? null;
  if (value !== null) return doseNumber(value);
  const least = structure.cumulative_eqd2_at_least?.[name] ?? null;
  const most = structure.cumulative_eqd2_at_most?.[name] ?? null;
  const bounds = [
    ...(least === null ? [] : [`≥${NO_BREAK}${doseNumber(least)}`]),
    ...(most === null ? [] : [`≤${NO_BREAK}${doseNumber(most)}`]),
  ];
  return bounds.join(', ') || NOT_KNOWN;
}

/** The 5–95 % band of a measure of all courses. */
export function bandOf(structure: StructureSummary, name: DoseMetricName): string | null {
  const banded = structure.uncertainty.cumulative_eqd2?.[name];
  return banded === undefined || banded === null ? null : doseRange([banded.low, banded.high]);
}
