import { expect, it } from 'vitest';
import { eqd2Basis, number, percent, quantity, range } from './quantity';

const plain = (text: string): string => text.replaceAll('\u2009', ' ');

it.each([
  [45.26, 'Gy', {}, '45.3 Gy'],
  [null, 'Gy', {}, 'not known'],
  [undefined, 'cc', {}, 'not known'],
  [Number.NaN, 'Gy', {}, 'not known'],
  [Number.POSITIVE_INFINITY, 'Gy', {}, 'not known'],
  [0, 'Gy', {}, '0.0 Gy'],
  [-0.01, 'Gy', {}, '0.0 Gy'],
  [-3.25, 'Gy', { digits: 2 }, '−3.25 Gy'],
  [12, 'Gy', { bound: '≤' }, '≤ 12.0 Gy'],
  [0.314, '1', {}, '0.31'],
  [-41.6, 'HU', {}, '−42 HU'],
] as const)('%s in %s', (value, unit, options, text) => {
  expect(plain(quantity(value, unit, options))).toBe(text);
});

it.each([
  [[1, 2], '1.0–2.0 Gy'],
  [[-1, 2], '−1.0 to 2.0 Gy'],
  [null, 'not known'],
] as const)('the range %j', (band, text) => {
  expect(plain(range(band, 'Gy'))).toBe(text);
});

it('shares, bases and bare numbers', () => {
  expect(plain(percent(0.004))).toBe('0.4 %');
  expect(plain(percent(0.42))).toBe('42 %');
  expect(percent(null)).toBe('not known');
  expect(plain(eqd2Basis(2.5))).toBe('EQD2 (α/β = 2.5 Gy)');
  expect(eqd2Basis(null)).toBe('EQD2 (α/β not known)');
  expect(number(-0, 0)).toBe('0');
});
