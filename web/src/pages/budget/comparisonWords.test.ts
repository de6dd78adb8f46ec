import { expect, it } from 'vitest';
import type { ComparedLimit, ComparedLimitValue } from '../../api/comparison';
import {
  comparedBandText,
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
  ({ unit: 'Gy', limit_gy: null, limit_share: null, values: [], ...change }) as ComparedLimit;

it('values are doses, volumes, shares or bounds, and never numbers where nothing is known', () => {
  const gray = limit({ metric: 'D0.1cc', limit_gy: 54 });
  const share = limit({ metric: 'Dmax', limit_share: 0.5 });
  const percent = limit({ metric: 'V60Gy[%]', unit: '%', limit_gy: 40 });
  const volume = limit({ metric: 'V20Gy', unit: 'cc', limit_gy: 0.03 });
  const text = (of: ComparedLimit, change: Partial<ComparedLimitValue>): string =>
    comparedValueText(of, value(change)).replaceAll('\u00a0', ' ');
  expect(text(gray, { value_gy: 12.345 })).toBe('12.3 Gy');
  expect(text(gray, { value_gy: 54.04 })).toBe('54.04 Gy');
  expect(text(share, { value_share: 0.42 })).toBe('42.0 %');
  expect(text(gray, { at_most_gy: 3 })).toBe('≤ 3.0 Gy');
  expect(text(percent, { value_gy: 39.28 })).toBe('39.3 %');
  expect(text(volume, { value_gy: 0.02 })).toBe('0.02 cc');
  expect(text(gray, {})).toBe('not known');
  expect([gray, share, percent, volume, limit({ metric: 'Dmax' })].map(comparedLimitText)).toEqual([
    '54\u00a0Gy',
    '50\u00a0%',
    '40\u00a0%',
    '0.03\u00a0cc',
    'not known',
  ]);
  expect(comparedBandText(percent, value({ band: [38, 41] }))).toBe('38.0–41.0\u00a0%');
  expect(comparedBandText(share, value({ value_share: 0.4, band: [0.38, 0.41] }))).toBe('38.0–41.0\u00a0%');
});

it('limits that are evaluable for no candidate are left out', () => {
  const none = limit({ id: 'none', values: [null, value({ verdict: 'not-evaluable' })] });
  const some = limit({ id: 'some', values: [null, value({ verdict: 'exceeded' })] });
  expect(sayingLimits([none, some]).map(({ id }) => id)).toEqual(['some']);
});

it('doses stand side by side with what is not known', () => {
  expect(sideBySide(1, null)).toBe('1.0 / not known');
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
