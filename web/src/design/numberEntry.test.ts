import { expect, it } from 'vitest';
import { readNumber, stepped } from './numberEntry';

it.each([
  ['1.5', {}, 1.5],
  [' .5 ', {}, 0.5],
  ['−2', {}, -2],
  ['', { optional: true }, null],
  ['30', { min: 1, max: 30, whole: true }, 30],
] as const)('%j is taken', (text, rules, value) => {
  expect(readNumber(text, rules)).toEqual({ value });
});

it.each([
  ['', {}, 'A number is needed.'],
  ['1,5', {}, 'Write decimals with a point, as 1.5.'],
  ['1e3', {}, '"1e3" is not a number.'],
  ['0x10', {}, '"0x10" is not a number.'],
  ['Infinity', {}, '"Infinity" is not a number.'],
  ['2.5', { whole: true }, 'A whole number is needed.'],
  ['0', { min: 0.01, max: 1000, unit: 'Gy' }, '0.01 to 1000 Gy is possible.'],
  ['-1', { min: 0 }, 'At least 0 is needed.'],
  ['9', { max: 8, unit: 'mm' }, 'At most 8 mm is possible.'],
] as const)('%j is not taken, and why', (text, rules, reason) => {
  expect(readNumber(text, rules)).toEqual({ reason });
});

it.each([
  [0.2, 0.1, 1, {}, 0.3],
  [1, 1, -1, { min: 1 }, 1],
  [2.04, 0.1, 1, {}, 2.1],
  [null, 5, 1, { min: 10 }, 10],
  [99, 5, 1, { max: 100 }, 100],
  [2.5, 0.5, -10, { min: 0.01 }, 0.01],
] as const)('from %j by %j × %j', (value, step, n, rules, next) => {
  expect(stepped(value, step, n, rules)).toBe(next);
});
