/** Days as they are written everywhere: 2024-11-18. The order of a localised date has two readings, so none is used. */

export type DateEntry = { value: string | null; reason?: undefined } | { reason: string };

export interface DateRules {
  min?: string | undefined;
  max?: string | undefined;
  optional?: boolean | undefined;
}

/** Reads a day; days that no calendar has are refused. */
export function readDate(text: string, rules: DateRules): DateEntry {
  const typed = text.trim();
  if (typed === '') return rules.optional ? { value: null } : { reason: 'A date is needed.' };
  if (!/^\d{4}-\d{2}-\d{2}$/.test(typed)) return { reason: 'Write the date as year-month-day, as 2024-11-18.' };
  if (shifted(typed, 0) !== typed) return { reason: `There is no day ${typed}.` };
  if (rules.min !== undefined && typed < rules.min) return { reason: `Not before ${rules.min}.` };
  if (rules.max !== undefined && typed > rules.max) return { reason: `Not after ${rules.max}.` };
  return { value: typed };
}

/** The day so many days later; reckoned in UTC, where every day has 24 hours. */
export function shifted(date: string, days: number): string {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const moment = new Date(Date.UTC(year, month - 1, day + days));
  return Number.isNaN(moment.getTime()) ? '' : moment.toISOString().slice(0, 10);
}
