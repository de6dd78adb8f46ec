import { expect, it } from 'vitest';

import { bakedPath } from './bakedPath';
import { wrappedText } from './exportLegend';

const MATRIX = { a: 10, b: 0, c: 0, d: -4, e: 50, f: 400 };

it('moves the places of a path', () => {
  expect(bakedPath('M0 100L10 50.5L1e-3 0Z', MATRIX)).toBe('M50 0L150 198L50.01 400Z');
});

it('leaves a path with curves or relative places to its transformation', () => {
  expect(bakedPath('M0 0C1 1 2 2 3 3', MATRIX)).toBeNull();
  expect(bakedPath('M0 0l1 1', MATRIX)).toBeNull();
});

it('breaks a caption between words', () => {
  expect(wrappedText('one two three', 70, 10, (text) => text.length * 10)).toEqual(['one two', 'three']);
  expect(wrappedText('', 70, 10)).toEqual([]);
});
