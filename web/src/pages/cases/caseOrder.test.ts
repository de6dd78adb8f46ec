import { expect, it } from 'vitest';
import type { CaseSummary } from '../../api/cases';
import { arranged, bytesText, FIRST_SORTING, momentText, sortedBy, type Sorting } from './caseOrder';

const one = (label: string, rest: Partial<CaseSummary> = {}): CaseSummary =>
  ({
    label,
    patient: { name: `Name ${label}`, id: `ID-${label}`, birth_date: '1968-09-23', sex: null },
    created: '2026-01-01T00:00:00Z',
    courses: [{ id: 'C1', label: 'LUNG_60', role: 'prior', start_date: '2019-03-01' }],
    state: 'assessed',
    type: null,
    n_exceeded: 0,
    ...rest,
  }) as CaseSummary;

const cases = [
  one('B2', { created: '2026-03-01T00:00:00Z', state: 'outdated', type: 'type-2' }),
  one('b10', { created: '2026-02-01T00:00:00Z', state: 'refused', patient: null }),
  one('a', { created: '2026-01-01T00:00:00Z', type: 'type-1' }),
  one('c', { created: '2026-04-01T00:00:00Z', n_exceeded: 2 }),
];

const labels = (words: string, sorting: Sorting): string[] => arranged(cases, words, sorting).map(({ label }) => label);

it.each([
  [FIRST_SORTING, ['c', 'B2', 'b10', 'a']],
  [{ key: 'case', isDescending: false }, ['a', 'B2', 'b10', 'c']],
  [{ key: 'case', isDescending: true }, ['c', 'b10', 'B2', 'a']],
  [{ key: 'type', isDescending: false }, ['a', 'B2', 'b10', 'c']],
  [{ key: 'state', isDescending: false }, ['b10', 'B2', 'c', 'a']],
] as const)('sorted by %j', (sorting, order) => {
  expect(labels('', sorting)).toEqual(order);
});

it.each([
  ['id-B2', ['B2']],
  ['name 1968', ['c', 'B2', 'a']],
  ['lung_60 refused', ['b10']],
  ['2019-03', ['c', 'B2', 'b10', 'a']],
  ['nobody', []],
] as const)('the words %j find', (words, found) => {
  expect(labels(words, FIRST_SORTING)).toEqual(found);
});

it('the head of the same column turns the order', () => {
  const byCase = sortedBy(FIRST_SORTING, 'case');
  expect(byCase).toEqual({ key: 'case', isDescending: false });
  expect(sortedBy(byCase, 'case').isDescending).toBe(true);
  expect(sortedBy(byCase, 'created').isDescending).toBe(true);
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [52_700, '52.7 kB'],
  [2_130_000_000, '2.13 GB'],
] as const)('%i bytes', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

it('what is no moment is not known', () => {
  expect(momentText('2026-11-27T21:24:32.057356093+00:00')).toMatch(/^2026-11-2\d \d\d:24$/);
  expect(momentText('')).toBe('not known');
});
