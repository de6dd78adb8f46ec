import { describe, expect, it } from 'vitest';

import { bulletEnd, bulletPercent, bulletText } from './bulletScale';
import { partsRemark, placedParts } from './stackedParts';
import { shareOfDraws, volumePercent } from './wording';

const FACTS = { value: null, band: null, atLeast: null, atMost: null, limit: 50, limitUpper: null };
const spaced = (text: string | null): string | null => text?.replaceAll('\u00a0', ' ') ?? null;

describe('a value against its limit', () => {
  it.each([
    [{ ...FACTS, value: 45 }, '45.0 Gy', '90 % of the limit'],
    [{ ...FACTS, atLeast: 60 }, '≥ 60.0 Gy', '≥ 120 % of the limit'],
    [{ ...FACTS, atLeast: 20, atMost: 30 }, '≥ 20.0 Gy, ≤ 30.0 Gy', '≥ 40 %, ≤ 60 % of the limit'],
    [FACTS, 'not known', null],
    [{ ...FACTS, value: 45, limit: 0 }, '45.0 Gy', null],
  ])('%o', (facts, text, percent) => {
    expect(spaced(bulletText(facts, 'Gy'))).toBe(text);
    expect(spaced(bulletPercent(facts))).toBe(percent);
    expect(bulletEnd(facts)).toBeGreaterThan(Math.max(facts.value ?? 0, facts.atLeast ?? 0, facts.limit));
  });
});

describe('shares are never rounded to none or all', () => {
  it.each([
    [0, '0 %'],
    [0.004, '<1 %'],
    [0.86, '86 %'],
    [0.996, '>99 %'],
    [1, '100 %'],
  ])('%d', (share, text) => {
    expect(spaced(shareOfDraws(share))).toBe(text);
  });
  it.each([
    [0, '0.0 %'],
    [0.01, '<0.1 %'],
    [99.99, '>99.9 %'],
    [100, '100.0 %'],
  ])('%d %% of a volume', (percent, text) => {
    expect(spaced(volumePercent(percent))).toBe(text);
  });
});

describe('parts of courses', () => {
  it('lie side by side, an unknown one without width', () => {
    expect(
      placedParts([
        { course: 'C1', value: 10 },
        { course: 'C2', value: null },
        { course: 'C3', value: 5 },
      ]).map(({ from, to }) => [from, to]),
    ).toEqual([
      [0, 10],
      [10, 10],
      [10, 15],
    ]);
  });
  it('are told apart from the whole where they are not it', () => {
    expect(partsRemark([{ course: 'C1', value: 10 }], 10)).toBeNull();
    expect(
      partsRemark(
        [
          { course: 'C1', value: 30 },
          { course: 'C2', value: 30 },
        ],
        45,
      ),
    ).toContain('do not add up');
    expect(partsRemark([{ course: 'C1', value: null }], 45)).toContain('not known');
  });
});
