/** What a person typed as a number, and why it is not taken where it is not. */

export interface NumberRules {
  min?: number | undefined;
  max?: number | undefined;
  /** Whether only whole numbers are taken. */
  whole?: boolean | undefined;
  /** Whether nothing may be entered. */
  optional?: boolean | undefined;
  unit?: string | undefined;
}

export type NumberEntry = { value: number | null; reason?: undefined } | { reason: string };

const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)$/;

/** Reads a number; only plain decimals with a point are taken, since `1,5` has two readings. */
export function readNumber(text: string, rules: NumberRules): NumberEntry {
  const typed = text.trim().replace('\u2212', '-');
  if (typed === '') return rules.optional ? { value: null } : { reason: 'A number is needed.' };
  if (typed.includes(',')) return { reason: 'Write decimals with a point, as 1.5.' };
  if (!PLAIN.test(typed)) return { reason: `"${typed}" is not a number.` };
  return checkNumber(Number(typed), rules);
}

/** Whether a number lies within its rules. */
export function checkNumber(value: number, rules: NumberRules): NumberEntry {
  const { min, max, whole, unit = '' } = rules;
  const suffix = unit === '' ? '' : ` ${unit}`;
  if (whole && !Number.isInteger(value)) return { reason: 'A whole number is needed.' };
  const isOutside = (min !== undefined && value < min) || (max !== undefined && value > max);
  if (!isOutside) return { value };
  if (min !== undefined && max !== undefined) return { reason: `${min} to ${max}${suffix} is possible.` };
  return { reason: min !== undefined ? `At least ${min}${suffix} is needed.` : `At most ${max}${suffix} is possible.` };
}

/** The number one step on, on the grid of the step and within the rules. */
export function stepped(value: number | null, step: number, n: number, rules: NumberRules): number {
  const { min = -Infinity, max = Infinity } = rules;
  const start = value ?? (Number.isFinite(min) ? min - n * step : 0);
  // Tenths are not exact in binary: digits beyond the step would appear.
  const next = Number((Math.round((start + n * step) / step) * step).toFixed(decimals(step)));
  return Math.min(max, Math.max(min, next));
}

/** Digits behind the point of a step. */
export function decimals(step: number): number {
  const text = String(step);
  const exponent = /e-(\d+)$/.exec(text)?.[1];
  if (exponent !== undefined) return Math.min(20, Number(exponent));
  return text.split('.')[1]?.length ?? 0;
}
