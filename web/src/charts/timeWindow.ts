/** The part of the calendar that a chart shows, and how it is zoomed and moved. */

export interface TimeWindow {
  from: number;
  until: number;
}

const LEAST_DAYS = 14;

/** From the first to the last day with a margin on both sides; nothing where there is no day. */
export function fullWindow(days: readonly number[]): TimeWindow | null {
  if (days.length === 0) return null;
  const first = Math.min(...days);
  const last = Math.max(...days);
  const length = Math.max(last - first, 28);
  return { from: first - length * 0.04, until: last + length * 0.04 + (length - (last - first)) };
}

/** The window scaled around a day, never outside of the full one. */
export function zoomed(window: TimeWindow, full: TimeWindow, factor: number, around: number): TimeWindow {
  const length = window.until - window.from;
  const wanted = Math.min(Math.max(length * factor, LEAST_DAYS), full.until - full.from);
  const share = length > 0 ? (around - window.from) / length : 0.5;
  return within({ from: around - wanted * share, until: around + wanted * (1 - share) }, full);
}

export function moved(window: TimeWindow, full: TimeWindow, days: number): TimeWindow {
  return within({ from: window.from + days, until: window.until + days }, full);
}

/** The window moved so that it shows a day, where it does not. */
export function showing(window: TimeWindow, full: TimeWindow, day: number): TimeWindow {
  if (day >= window.from && day <= window.until) return window;
  return moved(window, full, day - (window.from + window.until) / 2);
}

function within(window: TimeWindow, full: TimeWindow): TimeWindow {
  const length = Math.min(window.until - window.from, full.until - full.from);
  const from = Math.min(Math.max(window.from, full.from), full.until - length);
  return { from, until: from + length };
}
