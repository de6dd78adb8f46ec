/** Parts of a value by course, side by side. A part that is not known has no width and is told in words. */
import { bulletText, type BulletFacts } from './bulletScale';
import { NOT_KNOWN, inUnit } from './wording';

export interface CoursePart {
  course: string;
  /** In the unit of the value; nothing where it is not known. */
  value: number | null;
}

export interface PlacedPart extends CoursePart {
  from: number;
  to: number;
}

/** Known parts from zero upwards, in their order. */
export function placedParts(parts: readonly CoursePart[]): PlacedPart[] {
  let at = 0;
  return parts.map((part) => {
    const from = at;
    at += Math.max(part.value ?? 0, 0);
    return { ...part, from, to: at };
  });
}

/**
 * Why the parts are not the whole, where they are not.
 *
 * Near-maxima of two courses lie in different places, so that their sum is not the near-maximum of both; only means add up.
 */
export function partsRemark(parts: readonly CoursePart[], total: number | null): string | null {
  if (parts.some((part) => part.value === null)) return 'a part is not known, so the bar is not the whole';
  if (total === null) return 'the value of all courses is not known';
  const sum = parts.reduce((known, part) => known + (part.value ?? 0), 0);
  const isWhole = Math.abs(sum - total) <= 0.005 * Math.max(Math.abs(total), 1e-9) + 0.005;
  return isWhole
    ? null
    : 'the parts do not add up: the highest doses of the courses lie in different places, or prior dose counts as recovered';
}

export function partText(part: CoursePart, unit: string): string {
  return `${part.course} ${part.value === null ? NOT_KNOWN : inUnit(part.value, unit)}`;
}

export function totalText(facts: BulletFacts, unit: string): string {
  return `all courses ${bulletText(facts, unit)}`;
}
