import { expect, it } from 'vitest';
import type { ConfirmedName } from '../../api/names';
import { confirmedWith } from './confirmedWith';
import { moment } from './nameWords';

const name = (centre: string, drawn: string, standard_name: string): ConfirmedName => ({
  centre,
  drawn,
  standard_name,
  by: 'J. Doe',
  at: '2026-11-28T09:30:12Z',
});
const NAMES = [name('Example Hospital', 'cord', 'SpinalCord'), name('Other Hospital', 'Rückenmark', 'SpinalCord')];

it.each([
  ['', 2],
  ['hospital', 2],
  ['spinalCORD other', 1],
  ['rück', 1],
  ['example rück', 0],
])('the words %j leave %i', (words, n) => {
  expect(confirmedWith(NAMES, words)).toHaveLength(n);
});

it('a moment is told to the minute', () => {
  expect(moment('2026-11-28T09:30:12Z')).toBe('2026-11-28 09:30');
});
