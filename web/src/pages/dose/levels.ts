/** Isodose levels: doses, or percent of a dose that a person states. */

export interface LevelSettings {
  readonly mode: 'gy' | 'percent';
  /** What 100 % are. */
  readonly referenceGy: number;
  readonly values: readonly number[];
}

/** Levels and colours of one kind of dose. */
export interface DoseScale {
  readonly levels: LevelSettings;
  readonly from: number;
  readonly to: number;
}

const MOST_LEVELS = 12;

/** The levels in gray, the lowest first. */
export function levelsGy({ mode, referenceGy, values }: LevelSettings): number[] {
  const gray = values.map((value) => (mode === 'gy' ? value : (value * referenceGy) / 100));
  return [...new Set(gray.filter((level) => level > 0))].sort((a, b) => a - b);
}

/** Levels in even steps up to the highest dose that is drawn, and colours over all of them. */
export function roundScale(highestGy: number): DoseScale {
  const highest = highestGy > 0 && Number.isFinite(highestGy) ? highestGy : 1;
  const step = roundStep(highest / 8);
  const n = Math.max(1, Math.floor(highest / step + 1e-9));
  const values = Array.from({ length: n }, (_, index) => tidy((index + 1) * step));
  const to = tidy(Math.ceil(highest / step - 1e-9) * step);
  return {
    levels: { mode: 'gy', referenceGy: tidy(highest), values },
    from: values[0] ?? step,
    to: Math.max(to, 2 * step),
  };
}

/** Levels in percent of a prescription. */
export function percentScale(prescriptionGy: number, highestGy: number): DoseScale {
  const values = [20, 50, 80, 95, 100, 107];
  const to = Math.max(highestGy, 1.07 * prescriptionGy);
  return {
    levels: { mode: 'percent', referenceGy: prescriptionGy, values },
    from: tidy(0.2 * prescriptionGy),
    to: tidy(to),
  };
}

/** Levels as they are typed; a reason where they cannot be read. */
export function readLevels(text: string): { values: number[]; reason?: undefined } | { reason: string } {
  const parts = text
    .trim()
    .split(/[\s,;]+/)
    .filter((part) => part !== '');
  const values = parts.map(Number);
  if (values.some((value) => !Number.isFinite(value))) return { reason: 'Numbers with commas or spaces between them' };
  if (values.some((value) => value <= 0)) return { reason: 'Only levels above zero can be drawn' };
  if (values.length > MOST_LEVELS) return { reason: `At most ${MOST_LEVELS} levels can be told apart` };
  return { values: [...new Set(values)].sort((a, b) => a - b) };
}

export function levelsText({ values }: LevelSettings): string {
  return values.join(', ');
}

/** The other way to write the same lines. */
export function inMode(levels: LevelSettings, mode: LevelSettings['mode']): LevelSettings {
  if (mode === levels.mode || !(levels.referenceGy > 0)) return levels;
  const factor = mode === 'gy' ? levels.referenceGy / 100 : 100 / levels.referenceGy;
  return { ...levels, mode, values: levels.values.map((value) => tidy(value * factor)) };
}

/** The smallest of 1, 2, 2.5, 5, 10, … that is not smaller than a step. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return tidy(([1, 2, 2.5, 5, 10].find((factor) => factor * power >= step * (1 - 1e-9)) ?? 10) * power);
}

/** Without the tail that sums of binary fractions leave. */
function tidy(value: number): number {
  return Number(value.toPrecision(6));
}
