import { number } from '../design/quantity';
import { type ColourTable, colourTable, cssColour, neutralValue } from './colour';
import { isodoseColour, isodoseLabel } from './isodoseLayer';
import type { DoseLayer, PriorOutlines, ScalarLayer, Scene, SecondImage } from './scene';

export interface LegendTick {
  /** Part of the way along the ramp. */
  readonly at: number;
  readonly label: string;
}

export interface LegendRamp {
  readonly kind: 'ramp';
  readonly title: string;
  /** Colours from one end to the other, for a gradient. */
  readonly colours: readonly string[];
  readonly ticks: readonly LegendTick[];
  readonly note: string | null;
}

export interface LegendLines {
  readonly kind: 'lines';
  readonly title: string;
  readonly lines: readonly { readonly label: string; readonly colour: string; readonly isDashed?: boolean }[];
  readonly note: string | null;
}

export interface LegendHatch {
  readonly kind: 'hatch';
  readonly title: string;
}

/** Black and white stripes in a picture. */
export interface LegendStripe {
  readonly kind: 'stripe';
  readonly title: string;
}

export type LegendEntry = LegendRamp | LegendLines | LegendHatch | LegendStripe;

/** What the colours and lines of a scene mean. */
export function legendOf({ dose, scalar, second, prior, outlines }: Scene): LegendEntry[] {
  return [
    ...(dose === undefined ? [] : doseEntries(dose)),
    ...(scalar === undefined ? [] : scalarEntries(scalar)),
    ...(second?.mode === 'difference' ? [differenceEntry(second)] : []),
    ...(prior === undefined ? [] : [priorEntry(prior, outlines !== undefined)]),
  ];
}

/** Colour of a line in a legend that stands for lines of all colours. */
const ANY_LINE = '#4fb3ff';
/** Structures of a prior set that have no namesake in the current one. */
export const PRIOR_ONLY_COLOUR = '#d5dde5';

/** A structure has one colour in both sets, so that only the kind of line tells them apart. */
function priorEntry({ title, provider, note }: PriorOutlines, hasCurrent: boolean): LegendLines {
  const current = hasCurrent ? [{ label: 'current: full', colour: ANY_LINE }] : [];
  const before = [
    { label: `${title}: dashed`, colour: ANY_LINE, isDashed: true },
    { label: 'prior, of no current name', colour: PRIOR_ONLY_COLOUR, isDashed: true },
  ];
  return { kind: 'lines', title: 'Outlines', lines: [...current, ...(provider === null ? [] : before)], note };
}

function doseEntries(dose: DoseLayer): LegendEntry[] {
  const notes = [dose.isBound ? 'a bound, not a value' : null, dose.note ?? null].filter((note) => note !== null);
  const note = notes.length === 0 ? null : notes.join('; ');
  const entries: LegendEntry[] = [];
  const title = dose.title;
  if (dose.wash !== null) {
    const { from, to } = dose.wash;
    entries.push({
      kind: 'ramp',
      title,
      colours: rampOf(colourTable('dose')),
      ticks: ticksOf(from, to, dose.unitLabel, dose.boundSign),
      note,
    });
  }
  if (dose.levels.length > 0) {
    const lines = dose.levels.map((level) => ({
      label: isodoseLabel(dose, level),
      colour: isodoseColour(dose, level),
    }));
    entries.push({
      kind: 'lines',
      title: entries.length > 0 ? 'Isodose lines' : title,
      lines,
      note: entries.length > 0 ? null : note,
    });
  }
  return [...entries, { kind: 'hatch', title: 'no dose known beyond' }];
}

function scalarEntries(scalar: ScalarLayer): LegendEntry[] {
  const [from, to] = scalar.range;
  const ramp: LegendRamp = {
    kind: 'ramp',
    title: scalar.title,
    colours: rampOf(colourTable(scalar.colours)),
    ticks: ticksOf(from, to, scalar.unitLabel, '', neutralValue(scalar.colours)),
    note: scalar.colours === 'jacobian' ? 'below 1 shrinks, above 1 grows' : null,
  };
  const end: LegendHatch = { kind: 'hatch', title: 'no value known beyond' };
  if (scalar.colours !== 'jacobian') return [ramp, end];
  return [ramp, { kind: 'stripe', title: 'the map folds (Jacobian ≤ 0)' }, end];
}

function differenceEntry(second: SecondImage): LegendRamp {
  return {
    kind: 'ramp',
    title: `Difference of brightness: ${second.title} − first image`,
    colours: rampOf(colourTable('difference')),
    ticks: [
      { at: 0, label: 'darker' },
      { at: 0.5, label: 'equal' },
      { at: 1, label: 'brighter' },
    ],
    note: 'each within its window',
  };
}

function rampOf(table: ColourTable): string[] {
  return Array.from({ length: 33 }, (_, n) => cssColour(table, Math.round((n * 255) / 32)));
}

/** Marks at round values; of a diverging ramp, its ends and its middle. */
function ticksOf(from: number, to: number, unit: string, sign = '', neutral: number | null = null): LegendTick[] {
  if (neutral !== null) {
    const values = [from, neutral, to];
    return values.map((value, index) => ({ at: index / 2, label: tickLabel(value, 2, index === 2 ? unit : '', sign) }));
  }
  const step = roundStep((to - from) / 6);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const first = Math.ceil(from / step - 1e-9);
  const n = Math.floor(to / step + 1e-9) - first + 1;
  return Array.from({ length: Math.max(n, 0) }, (_, index) => {
    const value = (first + index) * step;
    return { at: (value - from) / (to - from), label: tickLabel(value, digits, index === n - 1 ? unit : '', sign) };
  });
}

function tickLabel(value: number, digits: number, unit: string, sign: string): string {
  return `${sign}${number(value, digits)}${unit === '' ? '' : `\u2009${unit}`}`;
}

/** The smallest of 1, 2, 5, 10, … that is not smaller than a step. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5, 10].find((factor) => factor * power >= step * (1 - 1e-9)) ?? 10) * power;
}
