/** The scale of a bullet chart and the words of its value. */
import { roundEnd } from './axis';
import { NOT_KNOWN, inUnit, plain, withUnit } from './wording';

export interface BulletFacts {
  value: number | null;
  band: readonly [number, number] | null;
  atLeast: number | null;
  atMost: number | null;
  limit: number | null;
  limitUpper: number | null;
}

/** End of the axis: beyond the limit and beyond all that is known of the value. */
export function bulletEnd(facts: BulletFacts): number {
  const known = [facts.value, facts.band?.[1], facts.atLeast, facts.atMost, facts.limit, facts.limitUpper];
  const highest = Math.max(0, ...known.filter((value): value is number => value !== null && value !== undefined));
  return roundEnd(highest * 1.08, 8);
}

/** The value with its bound sign; never a number where none is known. */
export function bulletText(facts: BulletFacts, unit: string): string {
  const text = (value: number): string => inUnit(value, unit, [facts.limit, facts.limitUpper]);
  if (facts.value !== null) return text(facts.value);
  const least = facts.atLeast === null ? [] : [`≥ ${text(facts.atLeast)}`];
  const most = facts.atMost === null ? [] : [`≤ ${text(facts.atMost)}`];
  const bounds = [...least, ...most];
  return bounds.length === 0 ? NOT_KNOWN : bounds.join(', ');
}

/** How much of the limit a value is; nothing where either is not known or the limit is zero. */
export function percentOf(value: number | null, limit: number | null): string | null {
  if (value === null || limit === null || limit <= 0) return null;
  return withUnit(plain(Math.round((100 * value) / limit)), '%');
}

/** Percent of the limit for a value or its bounds. */
export function bulletPercent(facts: BulletFacts, whole = 'limit'): string | null {
  const exact = percentOf(facts.value, facts.limit);
  const least = percentOf(facts.atLeast, facts.limit);
  const most = percentOf(facts.atMost, facts.limit);
  const bounds = [least === null ? [] : [`≥ ${least}`], most === null ? [] : [`≤ ${most}`]].flat();
  const text = exact ?? bounds.join(', ');
  return text === '' ? null : `${text} of the ${whole}`;
}
