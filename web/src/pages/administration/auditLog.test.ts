import { expect, it } from 'vitest';
import type { AuditEntry } from '../../api/administration';
import { actorsOf, casesOf, earlierFrom, filtered, NO_FILTER, NOBODY, withEarlier } from './auditLog';

function entry(number: number, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    number,
    at: '2026-11-28T10:00:00Z',
    actor: 'ada',
    role: 'physicist',
    address: null,
    action: 'get_cases',
    case: null,
    outcome: 'done',
    detail: null,
    previous_sha256: '',
    sha256: '',
    ...more,
  };
}

const numbers = (entries: readonly AuditEntry[]): number[] => entries.map(({ number }) => number);

it.each([
  [2501, 1501],
  [700, 1],
  [1, null],
])('before the entry %i is read from %j', (first, from) => {
  expect(earlierFrom([entry(first), entry(first + 1)])).toBe(from);
});

it('there is nothing before a log that is empty', () => {
  expect(earlierFrom([])).toBeNull();
});

it('an earlier page that overlaps doubles nothing', () => {
  const page = { entries: [entry(1), entry(2), entry(3)], head: null };
  expect(numbers(withEarlier([entry(3), entry(4)], page))).toEqual([1, 2, 3, 4]);
});

it('what passes all filters is shown, the newest first', () => {
  const all = [
    entry(1, { actor: null, outcome: 'denied' }),
    entry(2, { case: 'a' }),
    entry(3, { case: 'b' }),
    entry(4, { case: 'a', actor: 'bela', outcome: 'failed' }),
  ];
  expect(numbers(filtered(all, NO_FILTER))).toEqual([4, 3, 2, 1]);
  expect(numbers(filtered(all, { ...NO_FILTER, case: 'a' }))).toEqual([4, 2]);
  expect(numbers(filtered(all, { ...NO_FILTER, case: 'a', actor: 'ada' }))).toEqual([2]);
  expect(numbers(filtered(all, { ...NO_FILTER, outcome: 'denied' }))).toEqual([1]);
  expect(numbers(filtered(all, { ...NO_FILTER, actor: NOBODY }))).toEqual([1]);
  expect(actorsOf(all)).toEqual([NOBODY, 'ada', 'bela']);
  expect(casesOf(all)).toEqual(['a', 'b']);
});
