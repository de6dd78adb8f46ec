import { expect, it } from 'vitest';
import type { ScoreResult } from '../../api/clinical';
import { scoreClass, scoreTitle } from './scoreWords';

const score = (change: object): ScoreResult => ({ id: 'nih', title: 'NIH score', ...change }) as unknown as ScoreResult;

it('a score and its class have their own names', () => {
  const computed = score({ state: 'computed', class: 'high', class_title: 'High: 3 points' });
  expect([scoreTitle(computed), scoreClass(computed)]).toEqual(['NIH score', 'High: 3 points']);
});

it('a name in the wrong place is not taken for that of the score', () => {
  const former = score({ state: 'computed', class: 'high', title: 'High: 3 points' });
  expect([scoreTitle(former), scoreClass(former)]).toEqual(['nih', 'High: 3 points']);
  expect(scoreTitle(score({ state: 'computed', class: null, title: null }))).toBe('nih');
});

it('a score that was not computed has no class', () => {
  const incomplete = score({ state: 'incomplete', missing: [] });
  expect([scoreTitle(incomplete), scoreClass(incomplete)]).toEqual(['NIH score', null]);
});
