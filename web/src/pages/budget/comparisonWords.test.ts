import { expect, it } from 'vitest';
import type { ComparedLimit, ComparedLimitValue } from '../../api/comparison';
import {
  comparedLimitText,
  comparedValueText,
  probabilityText,
  sayingLimits,
  scheduleText,
  sideBySide,
} from './comparisonWords';

const value = (change: Partial<ComparedLimitValue>): ComparedLimitValue => ({
  value_gy: null,
  at_most_gy: null,
  value_share: null,
  band: null,
  probability_exceeded: null,
  verdict: 'met',
  budget_used_percent: null,
  ...change,
});
const limit = (change: Partial<ComparedLimit>): ComparedLimit =>
  ({ limit_gy: null, limit_share: null, values: [], ...change }) as ComparedLimit;

it('values are doses, shares or bounds, and never numbers where nothing is known', () => {
  expect(comparedValueText(value({ value_gy: 12.345 }))).toBe('12.35\u00a0Gy');
  expect(comparedValueText(value({ value_share: 0.42 }))).toBe('42\u00a0%');
  expect(comparedValueText(value({ at_most_gy: 3 }))).toBe('≤\u00a03.00\u00a0Gy');
  expect(comparedValueText(value({}))).toBe('not known');
  expect(comparedLimitText(limit({ limit_gy: 54 }))).toBe('54');
  expect(comparedLimitText(limit({ limit_share: 0.5 }))).toBe('50\u00a0%');
  expect(comparedLimitText(limit({}))).toBe('not known');
});

it('limits that are evaluable for no candidate are left out', () => {
  const none = limit({ id: 'none', values: [null, value({ verdict: 'not-evaluable' })] });
  const some = limit({ id: 'some', values: [null, value({ verdict: 'exceeded' })] });
  expect(sayingLimits([none, some]).map(({ id }) => id)).toEqual(['some']);
});

it('doses stand side by side with what is not known', () => {
  expect(sideBySide(1, null)).toBe('1.00 / not known');
});

it('a difference is told with its sign, unless it is too small to be one', () => {
  expect(probabilityText({ value_gy: 1, probability: 0.123, difference_percent: -4.56 })).toBe(
    '12.3\u00a0% (\u22124.6 points)',
  );
  expect(probabilityText({ value_gy: 1, probability: 0.123, difference_percent: 0.01 })).toBe('12.3\u00a0%');
});

it('a schedule without a prescription says so', () => {
  const candidate = { fractions: 1, prescription_gy: null } as never;
  expect(scheduleText(candidate)).toBe('prescription not known in 1 fraction');
});
