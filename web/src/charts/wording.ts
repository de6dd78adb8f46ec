/** Numbers and units as the design module writes them. A number and its unit are joined by a blank that does not break. */
import { NOT_KNOWN, quantity } from '../design/quantity';

export { NOT_KNOWN };
export const NO_BREAK = '\u00a0';
const THIN = '\u2009';
/** Keeps the slash from ending a line. */
export const ALPHA_BETA = 'α/\u2060β';

/** Digits behind the point of measured values in the design module, and those that follow where they would mislead. */
const DIGITS = [1, 2, 3] as const;

export function withUnit(number: string, unit: string): string {
  return unit === '' || unit === '1' ? number : `${number}${NO_BREAK}${unit}`;
}

/**
 * A measured value in the unit of a limit: shares become percent.
 *
 * It gets more digits where it would read as nothing, or as on another side of one of the values beside it than it is: 54.04 Gy against
 * a limit of 54 Gy.
 */
export function inUnit(value: number, unit: string, besides: readonly (number | null)[] = []): string {
  if (unit === '1') {
    return inUnit(
      100 * value,
      '%',
      besides.map((other) => (other === null ? null : 100 * other)),
    );
  }
  const digits = DIGITS.find((count) => isTold(value, count, besides)) ?? DIGITS[0];
  return quantity(value, unit, { digits }).replaceAll(THIN, NO_BREAK);
}

/** Whether so many digits keep a value from nothing, and on its side of the others. */
function isTold(value: number, digits: number, besides: readonly (number | null)[]): boolean {
  const read = Number(value.toFixed(digits));
  const isOnItsSide = (other: number | null): boolean =>
    other === null || Math.sign(read - other) === Math.sign(value - other);
  return (value === 0 || read !== 0) && besides.every(isOnItsSide);
}

export function dose(gray: number): string {
  return inUnit(gray, 'Gy');
}

/** A measured value whose unit stands elsewhere, as in the head of its column. */
export function numberIn(value: number, unit: string): string {
  return withoutUnit(inUnit(value, unit));
}

/** A dose without its unit. */
export function doseNumber(gray: number): string {
  return numberIn(gray, 'Gy');
}

/** Lower and upper dose without their unit. */
export function doseRange(band: readonly [number, number]): string {
  return withoutUnit(bandNumbers(band, 'Gy'));
}

function withoutUnit(text: string): string {
  return text.split(NO_BREAK)[0] ?? text;
}

/** A number as it was entered. */
export function plain(value: number): string {
  return String(Math.round(value * 1e6) / 1e6);
}

/** A limit as its source states it, never rounded to the digits of what is measured. */
export function stated(value: number, unit: string): string {
  if (unit === '1') return stated(100 * value, '%');
  return withUnit(plain(Math.round(value * 100) / 100), unit);
}

/** Percent of a volume; a part that is not all and not nothing is never rounded to either. */
export function volumePercent(percent: number): string {
  if (percent > 0 && percent < 0.05) return withUnit('<0.1', '%');
  if (percent < 100 && percent > 99.95) return withUnit('>99.9', '%');
  return withUnit(percent.toFixed(1), '%');
}

/** The basis of an EQD2, as the house prints it. */
export function basis(alphaBetaGy: number | null): string {
  return alphaBetaGy === null
    ? `EQD2 (${ALPHA_BETA}${NO_BREAK}${NOT_KNOWN})`
    : `EQD2 (${ALPHA_BETA}${NO_BREAK}=${NO_BREAK}${withUnit(plain(alphaBetaGy), 'Gy')})`;
}

export function counted(number: number, noun: string): string {
  return `${number}${NO_BREAK}${noun}${number === 1 ? '' : 's'}`;
}

/** A share of draws in percent; one that is neither none nor all is never rounded to either. */
export function shareOfDraws(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 1) return withUnit('<1', '%');
  if (percent < 100 && percent > 99) return withUnit('>99', '%');
  return withUnit(percent.toFixed(0), '%');
}

/** Lower and upper value of a band, with the unit once. */
export function bandNumbers([low, high]: readonly [number, number], unit: string): string {
  // A dash beside a minus sign would be misread.
  const between = low < 0 || high < 0 ? ' to ' : '–';
  return `${numberIn(low, unit)}${between}${inUnit(high, unit)}`;
}
