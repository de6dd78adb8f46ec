/** Dose–volume measures by their names, as the engine writes them. */

export type Metric =
  | { kind: 'dose-at-cc'; cc: number }
  | { kind: 'dose-at-percent'; percent: number }
  | { kind: 'cc-at-dose'; gy: number }
  | { kind: 'percent-at-dose'; gy: number }
  | { kind: 'mean' }
  | { kind: 'max' }
  | { kind: 'min' }
  | { kind: 'other' };

const NUMBER = '(\\d+(?:\\.\\d+)?)';
const FORMS: [RegExp, (value: number) => Metric][] = [
  [new RegExp(`^D${NUMBER}cc$`), (cc) => ({ kind: 'dose-at-cc', cc })],
  [new RegExp(`^D${NUMBER}%$`), (percent) => ({ kind: 'dose-at-percent', percent })],
  [new RegExp(`^V${NUMBER}Gy$`), (gy) => ({ kind: 'cc-at-dose', gy })],
  [new RegExp(`^V${NUMBER}Gy\\[%\\]$`), (gy) => ({ kind: 'percent-at-dose', gy })],
];
const WORDS: Record<string, Metric> = { Dmean: { kind: 'mean' }, Dmax: { kind: 'max' }, Dmin: { kind: 'min' } };

/** The measure of a name; `other` where it has no place on a dose–volume curve, as an equivalent uniform dose. */
export function parseMetric(name: string): Metric {
  const word = WORDS[name];
  if (word) return word;
  for (const [form, make] of FORMS) {
    const found = form.exec(name);
    if (found) return make(Number(found[1]));
  }
  return { kind: 'other' };
}
