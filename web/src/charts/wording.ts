/** Numbers and units as the printed report writes them. A number and its unit are joined by a blank that does not break. */

export const NO_BREAK = '\u00a0';
/** Keeps the slash from ending a line. */
export const ALPHA_BETA = 'α/\u2060β';
export const NOT_KNOWN = 'not known';

export function withUnit(number: string, unit: string): string {
  return unit === '' || unit === '1' ? number : `${number}${NO_BREAK}${unit}`;
}

/** A dose without its unit: two decimals below 100 Gy, one above. */
export function doseNumber(gray: number): string {
  const shown = Math.abs(gray) < 0.005 ? 0 : gray;
  return Math.abs(shown) < 99.995 ? shown.toFixed(2) : shown.toFixed(1);
}

export function dose(gray: number): string {
  return withUnit(doseNumber(gray), 'Gy');
}

/** A number as it was entered. */
export function plain(value: number): string {
  return String(Math.round(value * 1e6) / 1e6);
}

/** A value in the unit of a limit: shares become percent. */
export function inUnit(value: number, unit: string): string {
  if (unit === 'Gy') return dose(value);
  if (unit === '1') return withUnit(plain(Math.round(value * 1000) / 10), '%');
  if (unit === 'months') return withUnit(plain(Math.round(value * 10) / 10), 'months');
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
export function bandNumbers(band: readonly [number, number], unit: string): string {
  const low = inUnit(band[0], unit).split(NO_BREAK)[0] ?? '';
  return `${low}–${inUnit(band[1], unit)}`;
}
