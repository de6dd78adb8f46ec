/** Days of the calendar as numbers, and intervals in its months and days. All in UTC, so that no clock change moves a day. */
import { NO_BREAK, counted } from './wording';

const DAY_MS = 86_400_000;

/** Days since 1970-01-01; nothing for a text that is no day. */
export function dayNumber(date: string | null | undefined): number | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date ?? '');
  if (!found) return null;
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const at = new Date(Date.UTC(year, month - 1, day));
  // A day that the month does not have would roll over into the next one.
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day ? at.getTime() / DAY_MS : null;
}

export function dateOf(day: number): string {
  return new Date(Math.round(day) * DAY_MS).toISOString().slice(0, 10);
}

/** The day so many months later; the last day of a month that is too short. */
function monthsLater(day: number, months: number): number {
  const from = new Date(day * DAY_MS);
  const first = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1);
  const lastOfMonth = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months + 1, 0);
  return Math.min(first / DAY_MS + from.getUTCDate() - 1, lastOfMonth / DAY_MS);
}

/** Whole months of the calendar between two days, and the days that are left. */
export function monthsAndDays(from: number, until: number): [months: number, days: number] {
  let months = 0;
  while (monthsLater(from, months + 1) <= until) months += 1;
  return [months, until - monthsLater(from, months)];
}

/** A served interval that ends on a day, in months and days with its number of days. */
export function intervalText(days: number, until: number | null): string {
  if (until === null || days < 0) return counted(days, 'day');
  const [months, rest] = monthsAndDays(until - days, until);
  if (months === 0) return counted(days, 'day');
  return `${counted(months, 'month')} ${counted(rest, 'day')} (${days}${NO_BREAK}d)`;
}

export interface DayMark {
  day: number;
  label: string;
  /** A first of January among months, which is drawn stronger. */
  isYear: boolean;
}

const MONTH_STEPS = [1, 2, 3, 6, 12, 24, 60, 120, 240];
const DAY_STEPS = [1, 2, 7, 14];

/** Marks between two days, at most so many: days, first days of months or of years. */
export function dayMarks(from: number, until: number, most: number): DayMark[] {
  const days = until - from;
  const dayStep = DAY_STEPS.find((step) => days / step <= most);
  if (dayStep !== undefined && days <= 92) return marksOfDays(from, until, dayStep);
  const step = MONTH_STEPS.find((months) => days / (months * 30.4) <= most) ?? 240;
  return marksOfMonths(from, until, step);
}

function marksOfDays(from: number, until: number, step: number): DayMark[] {
  const marks: DayMark[] = [];
  // Weeks begin on Monday: day 4 after 1970-01-01 was one.
  for (let day = Math.ceil((from - 4) / step) * step + 4; day <= until; day += step) {
    marks.push({ day, label: dateOf(day), isYear: false });
  }
  return marks;
}

function marksOfMonths(from: number, until: number, step: number): DayMark[] {
  const first = new Date(from * DAY_MS);
  const stepYears = Math.max(1, step / 12);
  const startYear = Math.floor(first.getUTCFullYear() / stepYears) * stepYears;
  const marks: DayMark[] = [];
  for (let months = 0; ; months += step) {
    const at = new Date(Date.UTC(startYear, months, 1));
    const day = at.getTime() / DAY_MS;
    if (day > until) return marks;
    if (day < from) continue;
    const text = at.toISOString();
    marks.push({ day, label: step < 12 ? text.slice(0, 7) : text.slice(0, 4), isYear: at.getUTCMonth() === 0 });
  }
}
