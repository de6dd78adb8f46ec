/** Colours and dashes that tell structures and courses apart, on light and dark ground alike. */

/**
 * Chosen for the largest distance of any two under normal sight, deuteranopia and protanopia, with at least 3:1 on black, on white
 * and on the surfaces of both themes.
 */
const SERIES = [
  '#0987fa',
  '#da3003',
  '#047f07',
  '#ab6db8',
  '#118381',
  '#f01b7e',
  '#a46056',
  '#4368d0',
  '#b91ec5',
  '#d16951',
  '#8060a1',
  '#e910f5',
] as const;

const DASHES = ['', '6 3', '2 3', '8 3 2 3'] as const;

/** Number of different colours; from here on they repeat with other dashes. */
export const N_SERIES = SERIES.length;

/** The colour of a structure, by its index in the assessment. */
export function structureColour(index: number): string {
  return SERIES[wrapped(index, SERIES.length)] ?? SERIES[0];
}

/** The dashes of its line (`stroke-dasharray`), so that colour is not the only carrier; empty for a full line. */
export function structureDash(index: number): string {
  const round = Math.floor(index / SERIES.length);
  return DASHES[wrapped(index + round, DASHES.length)] ?? '';
}

function wrapped(index: number, length: number): number {
  return ((Math.trunc(index) % length) + length) % length;
}
