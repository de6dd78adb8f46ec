/** What a limit says and what was found, in words. */
import type { JudgedConstraint } from '../../api/assessment';
import type { DoseScope } from '../../api/terms';
import { NOT_KNOWN, NO_BREAK, bandNumbers, basis, inUnit, shareOfDraws, stated } from '../../charts/wording';

/** What a bar draws of a limit: value, band, bounds and limit in one unit. */
export interface LimitBar {
  unit: string;
  value: number | null;
  band: [number, number] | null;
  atLeast: number | null;
  atMost: number | null;
  limit: number | null;
  limitUpper: number | null;
}

/** Value and limit in the unit in which the source compares them. */
export function limitBar(limit: JudgedConstraint): LimitBar {
  const plain = { band: null, atLeast: null, atMost: null, limitUpper: null };
  if (limit.scope === 'interval') {
    return { ...plain, unit: 'months', value: limit.value_months, limit: limit.limit_months };
  }
  if (limit.limit_share !== null || limit.value_share !== null) {
    return { ...plain, unit: '1', value: limit.value_share, band: limit.band, limit: limit.limit_share };
  }
  return {
    unit: limit.unit,
    value: limit.value_gy,
    band: limit.band,
    atLeast: limit.at_least_gy,
    atMost: limit.at_most_gy,
    limit: limit.limit_gy,
    limitUpper: limit.limit_upper_gy,
  };
}

/** What was found, or its bounds. */
export function valueText(limit: JudgedConstraint): string {
  const { unit, value, atLeast, atMost, limit: low, limitUpper } = limitBar(limit);
  const text = (known: number): string => inUnit(known, unit, [low, limitUpper]);
  if (value !== null) return text(value);
  const least = atLeast === null ? [] : [`≥${NO_BREAK}${text(atLeast)}`];
  const most = atMost === null ? [] : [`≤${NO_BREAK}${text(atMost)}`];
  return [...least, ...most].join(', ') || NOT_KNOWN;
}

/** The band of the value; nothing where there is none. */
export function bandText(limit: JudgedConstraint): string | null {
  const { unit, band } = limitBar(limit);
  return band === null ? null : bandNumbers(band, unit);
}

/** The limit with its sign; an observation has none. */
export function limitSign(limit: JudgedConstraint): string {
  const { unit, limit: low, limitUpper } = limitBar(limit);
  if (low === null) return NOT_KNOWN;
  const sign = limit.is_landmark ? 'observed at' : limit.scope === 'interval' ? '≥' : '≤';
  const upper = limitUpper === null ? '' : ` to ${stated(limitUpper, unit)}`;
  return `${sign}${NO_BREAK}${stated(low, unit)}${upper}`;
}

const SCOPES: Record<DoseScope, string> = {
  cumulative: 'all courses',
  current: 'current course',
  'current-share': 'share of the current course',
  interval: 'time between courses',
};

/** Which dose is measured, how, and on which basis: `all courses, D0.1cc, EQD2 (α/β = 2 Gy)`. */
export function measureText(limit: Pick<JudgedConstraint, 'scope' | 'metric' | 'alpha_beta_gy'>): string {
  const of = limit.alpha_beta_gy === null ? [] : [basis(limit.alpha_beta_gy)];
  const metric = limit.scope === 'interval' ? [] : [limit.metric];
  return [SCOPES[limit.scope], ...metric, ...of].join(', ');
}

/** In how many draws it is exceeded, where they do not all say the same. */
export function drawsText(probability: number | null): string | null {
  if (probability === null || probability <= 0 || probability >= 1) return null;
  return `above in ${shareOfDraws(probability)} of draws`;
}

/**
 * How much of the limit the value is, to sort and to draw by; nothing where it is not known, and for rules on time, of which more is
 * better.
 */
export function shareOfLimit(limit: JudgedConstraint): number | null {
  const { value, atMost, atLeast, limit: whole } = limitBar(limit);
  const known = value ?? atMost ?? atLeast;
  if (limit.scope === 'interval' || known === null || whole === null || whole <= 0) return null;
  return known / whole;
}

/** Names a limit within a case. */
export function limitKey(limit: Pick<JudgedConstraint, 'structure' | 'id'>): string {
  return `${limit.structure}\n${limit.id}`;
}
