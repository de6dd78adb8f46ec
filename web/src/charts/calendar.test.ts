import { describe, expect, it } from 'vitest';

import { dateOf, dayMarks, dayNumber, intervalText, monthsAndDays } from './calendar';

const day = (date: string): number => dayNumber(date) ?? Number.NaN;

describe('days', () => {
  it('reads days of the calendar only', () => {
    expect(dateOf(day('2024-02-29'))).toBe('2024-02-29');
    for (const text of ['2023-02-29', '2024-13-01', '20240101', '', null, undefined])
      expect(dayNumber(text)).toBeNull();
  });

  it.each([
    ['2019-04-16', '2023-05-20', 49, 4],
    ['2023-03-13', '2024-11-18', 20, 5],
    ['2023-01-31', '2023-02-28', 1, 0],
    ['2023-01-31', '2023-03-01', 1, 1],
    ['2024-01-01', '2024-01-20', 0, 19],
  ])('from %s to %s', (from, until, months, days) => {
    expect(monthsAndDays(day(from), day(until))).toEqual([months, days]);
  });

  it('writes intervals as the printed report does', () => {
    expect(intervalText(616, day('2024-11-18'))).toBe('20\u00a0months 5\u00a0days (616\u00a0d)');
    expect(intervalText(1, day('2024-11-18'))).toBe('1\u00a0day');
    expect(intervalText(40, null)).toBe('40\u00a0days');
    expect(intervalText(-3, day('2024-11-18'))).toBe('-3\u00a0days');
  });
});

describe('marks', () => {
  it.each([20, 60, 200, 800, 4000, 20_000])('of %d days are few and lie within', (length) => {
    const from = day('2019-03-05');
    const marks = dayMarks(from, from + length, 9);
    expect(marks.length).toBeGreaterThanOrEqual(1);
    expect(marks.length).toBeLessThanOrEqual(11);
    for (const mark of marks) {
      expect(mark.day).toBeGreaterThanOrEqual(from);
      expect(mark.day).toBeLessThanOrEqual(from + length);
      expect(dateOf(mark.day).startsWith(mark.label)).toBe(true);
    }
  });
});
