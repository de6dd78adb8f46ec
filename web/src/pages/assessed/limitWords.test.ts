import { describe, expect, it } from 'vitest';
import type { JudgedConstraint } from '../../api/assessment';
import { bandText, drawsText, limitBar, limitSign, measureText, shareOfLimit, valueText } from './limitWords';

const GRAY: JudgedConstraint = {
  id: 'a',
  title: 'A limit',
  structure: 'cord',
  sites: ['any'],
  is_for_site: null,
  metric: 'D0.1cc',
  unit: 'Gy',
  scope: 'cumulative',
  limit_gy: 54,
  limit_upper_gy: null,
  limit_share: null,
  alpha_beta_gy: 2,
  value_gy: 45.3,
  error_gy: 0.1,
  band: [44, 47],
  probability_exceeded: 0,
  value_share: null,
  limit_months: null,
  value_months: null,
  at_least_gy: null,
  at_most_gy: null,
  verdict: 'met',
  provisional: false,
  evidence: 'primary',
  strength: null,
  source: 's',
  locator: null,
  is_landmark: false,
  is_own: false,
  remarks: [],
};

const of = (change: Partial<JudgedConstraint>): JudgedConstraint => ({ ...GRAY, ...change });
const SHARE = of({
  unit: '1',
  scope: 'current-share',
  limit_gy: null,
  value_gy: null,
  limit_share: 0.5,
  value_share: 0.42,
  band: [0.4, 0.45],
});
const MONTHS = of({
  unit: 'months',
  scope: 'interval',
  limit_gy: null,
  value_gy: null,
  band: null,
  alpha_beta_gy: null,
  limit_months: 6,
  value_months: 29.9,
});

describe.each<[string, JudgedConstraint, string, string, number | null]>([
  ['a dose', GRAY, '45.3\u00a0Gy', '≤\u00a054\u00a0Gy', 45.3 / 54],
  ['a volume', of({ unit: 'cc', value_gy: 12.5, limit_gy: 10 }), '12.5\u00a0cc', '≤\u00a010\u00a0cc', 1.25],
  ['a share', SHARE, '42.0\u00a0%', '≤\u00a050\u00a0%', 0.84],
  ['a time', MONTHS, '29.9\u00a0months', '≥\u00a06\u00a0months', null],
  ['a range', of({ limit_upper_gy: 60 }), '45.3\u00a0Gy', '≤\u00a054\u00a0Gy to 60\u00a0Gy', 45.3 / 54],
  ['an observation', of({ is_landmark: true }), '45.3\u00a0Gy', 'observed at\u00a054\u00a0Gy', 45.3 / 54],
  [
    'bounds',
    of({ value_gy: null, at_least_gy: 10, at_most_gy: 27 }),
    '≥\u00a010.0\u00a0Gy, ≤\u00a027.0\u00a0Gy',
    '≤\u00a054\u00a0Gy',
    0.5,
  ],
  ['nothing', of({ value_gy: null, limit_gy: null }), 'not known', 'not known', null],
])('of %s', (_, limit, value, sign, share) => {
  it('value, limit and share are as they are', () => {
    expect(valueText(limit)).toBe(value);
    expect(limitSign(limit)).toBe(sign);
    if (share === null) expect(shareOfLimit(limit)).toBeNull();
    else expect(shareOfLimit(limit)).toBeCloseTo(share, 12);
  });
});

it('a limit of zero has no share', () => {
  expect(shareOfLimit(of({ limit_gy: 0 }))).toBeNull();
});

it('the band is in the unit of the limit', () => {
  expect(bandText(GRAY)).toBe('44.0–47.0\u00a0Gy');
  expect(bandText(SHARE)).toBe('40.0–45.0\u00a0%');
  expect(bandText(MONTHS)).toBeNull();
  expect(limitBar(SHARE).unit).toBe('1');
});

it('the measure says which dose, and on which basis', () => {
  expect(measureText(GRAY)).toBe('all courses, D0.1cc, EQD2 (α/\u2060β\u00a0=\u00a02\u00a0Gy)');
  expect(measureText(MONTHS)).toBe('time between courses');
});

it('draws are told only where they do not all say the same, and never as none or all', () => {
  expect(drawsText(0)).toBeNull();
  expect(drawsText(1)).toBeNull();
  expect(drawsText(null)).toBeNull();
  expect(drawsText(0.001)).toBe('above in <1\u00a0% of draws');
  expect(drawsText(0.37)).toBe('above in 37\u00a0% of draws');
});
