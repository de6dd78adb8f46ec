import { describe, expect, it } from 'vitest';
import { quantity } from '../design/quantity';
import { bandNumbers, dose, doseNumber, doseRange, inUnit, stated } from './wording';

const spaced = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('a measured value', () => {
  it.each<[string, number, string, (number | null)[], string]>([
    ['has one digit', 45.26, 'Gy', [], '45.3 Gy'],
    ['far from its limit', 45.26, 'Gy', [54], '45.3 Gy'],
    ['just above its limit', 54.04, 'Gy', [54], '54.04 Gy'],
    ['just below its limit', 53.96, 'Gy', [54], '53.96 Gy'],
    ['nearer still', 54.004, 'Gy', [54], '54.004 Gy'],
    ['at its limit', 54, 'Gy', [54], '54.0 Gy'],
    ['just above the upper one of two', 60.03, 'Gy', [54, 60], '60.03 Gy'],
    ['beside a limit between the digits', 56.24, 'Gy', [56.25], '56.2 Gy'],
    ['beside none', 54.04, 'Gy', [null], '54.0 Gy'],
    ['of little', 0.03, 'Gy', [], '0.03 Gy'],
    ['of very little', 0.003, 'Gy', [], '0.003 Gy'],
    ['of next to nothing', 1e-7, 'Gy', [], '0.0 Gy'],
    ['of nothing', 0, 'Gy', [], '0.0 Gy'],
    ['below nothing', -3.25, 'Gy', [], '−3.3 Gy'],
    ['of a volume', 0.021, 'cc', [0.03], '0.02 cc'],
    ['that is a share', 0.3928, '1', [0.4], '39.3 %'],
    ['that is a share just above its limit', 0.4004, '1', [0.4], '40.04 %'],
    ['of time', 23, 'months', [6], '23.0 months'],
  ])('%s', (_, value, unit, besides, text) => {
    expect(spaced(inUnit(value, unit, besides))).toBe(text);
  });
});

it('doses stand with and without their unit', () => {
  expect([spaced(dose(45.26)), doseNumber(45.26), doseNumber(100.04)]).toEqual(['45.3 Gy', '45.3', '100.0']);
});

it.each([
  [[27.91, 35.35], '27.9–35.4'],
  [[-1.04, 2], '−1.0 to 2.0'],
] as const)('the range %j', (band, text) => {
  expect([doseRange(band), spaced(bandNumbers(band, 'Gy'))]).toEqual([text, `${text} Gy`]);
});

it.each([
  [54, 'Gy', '54 Gy'],
  [56.25, 'Gy', '56.25 Gy'],
  [0.4, '1', '40 %'],
  [0.03, 'cc', '0.03 cc'],
])('the limit of %d in %s is as its source states it', (value, unit, text) => {
  expect(spaced(stated(value, unit))).toBe(text);
});

it.each(['Gy', 'cc', '%', 'months'])('in %s it reads as in the rest of the workbench', (unit) => {
  expect(spaced(inUnit(45.26, unit))).toBe(quantity(45.26, unit).replaceAll('\u2009', ' '));
});
