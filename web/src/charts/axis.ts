/** Marks along an axis: round values, labels with as many decimals as the step needs, none of them overlapping. */
import { estimatedWidth, type TextMeasure } from './textWidth';

export interface Tick {
  value: number;
  label: string;
}

const FACTORS = [1, 2, 2.5, 5, 10];

/** The smallest round step that leaves at most so many steps over a length. */
export function roundStep(length: number, mostSteps: number): number {
  const rough = length > 0 && Number.isFinite(length) ? length / Math.max(1, mostSteps) : 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  // The tolerance keeps 80/4 from becoming 25 through rounding.
  const factor = FACTORS.find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** Number of decimals that write a step exactly. */
export function decimals(step: number): number {
  for (let count = 0; count < 12; count += 1) {
    const scaled = step * 10 ** count;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6 * scaled) return count;
  }
  return 12;
}

/** Marks at round values within a range. */
export function ticksWithin(low: number, high: number, mostSteps: number): Tick[] {
  if (!(high > low)) return [{ value: low, label: low.toFixed(decimals(Math.abs(low) || 1)) }];
  const step = roundStep(high - low, mostSteps);
  const places = decimals(step);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  const ticks: Tick[] = [];
  for (let index = first; index <= last; index += 1) {
    const value = index * step;
    ticks.push({ value, label: (index === 0 ? 0 : value).toFixed(places) });
  }
  return ticks;
}

/** The first round value that is not below the highest one, as the end of an axis that begins at zero. */
export function roundEnd(highest: number, mostSteps = 6): number {
  const above = Number.isFinite(highest) && highest > 0 ? highest : 1;
  const step = roundStep(above, mostSteps);
  return Math.max(1, Math.ceil(above / step - 1e-9)) * step;
}

export interface PlacedTick extends Tick {
  at: number;
  hasLabel: boolean;
}

/** Places marks and keeps a label only where it does not touch the one before it. */
export function placeTicks(
  ticks: Tick[],
  place: (value: number) => number,
  size: number,
  measure: TextMeasure = estimatedWidth,
): PlacedTick[] {
  let free = -Infinity;
  return ticks.map((tick) => {
    const at = place(tick.value);
    const half = measure(tick.label, size) / 2;
    const hasLabel = at - half >= free;
    if (hasLabel) free = at + half + size * 0.5;
    return { ...tick, at, hasLabel };
  });
}
