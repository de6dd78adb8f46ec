/** Numbers as people read them. Unknown is never a number. */

export const NOT_KNOWN = 'not known';

/** U+2009: keeps the unit near its number without a full space. */
const THIN = '\u2009';
const MINUS = '\u2212';

export interface QuantityOptions {
  /** Digits behind the point; chosen by the unit where nothing is said. */
  digits?: number;
  /** Marks a bound. */
  bound?: '≥' | '≤' | null;
}

const DIGITS: Record<string, number> = { Gy: 1, cc: 1, mm: 1, '%': 1, months: 1, days: 0, HU: 0, years: 0, '1': 2 };

/** A number with its unit: `45.3 Gy`, `≤ 12.0 Gy`, or `not known`. */
export function quantity(value: number | null | undefined, unit: string, options: QuantityOptions = {}): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NOT_KNOWN;
  const digits = options.digits ?? DIGITS[unit] ?? 1;
  const bound = options.bound ? `${options.bound}${THIN}` : '';
  const suffix = unit === '' || unit === '1' ? '' : `${THIN}${unit}`;
  return `${bound}${number(value, digits)}${suffix}`;
}

/** A number without a unit; a true minus sign, and no minus before zero. */
export function number(value: number, digits = 1): string {
  const text = value.toFixed(digits);
  if (!text.startsWith('-')) return text;
  return Number(text) === 0 ? text.slice(1) : MINUS + text.slice(1);
}

/** A range with its unit: `41.2–47.9 Gy`. */
export function range(band: readonly [number, number] | null | undefined, unit: string, digits?: number): string {
  if (band === null || band === undefined) return NOT_KNOWN;
  const places = digits ?? DIGITS[unit] ?? 1;
  const [low, high] = band;
  // A dash beside a minus sign would be misread.
  const between = low < 0 || high < 0 ? ' to ' : '–';
  return `${number(low, places)}${between}${quantity(high, unit, { digits: places })}`;
}

/** The basis of a dose: `EQD2 (α/β = 2 Gy)`. */
export function eqd2Basis(alphaBetaGy: number | null): string {
  return alphaBetaGy === null ? `EQD2 (α/β ${NOT_KNOWN})` : `EQD2 (α/β = ${String(alphaBetaGy)}${THIN}Gy)`;
}

/** A share as percent: `0.5 %` for 0.005; small shares keep a digit more. */
export function percent(share: number | null | undefined): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return NOT_KNOWN;
  const value = share * 100;
  return quantity(value, '%', { digits: Math.abs(value) >= 10 ? 0 : 1 });
}
