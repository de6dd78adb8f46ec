import { expect, it } from 'vitest';
import type { Settings } from '../../api/settings';
import { isAnythingUnsaved } from '../../state/unsaved';
import { BoardVisit } from './boardVisit';

it('an answer without a name is kept, not stated, and asked for before the window closes', () => {
  const visit = new BoardVisit();
  const draft: Settings = {};
  expect(visit.enter(draft, '1', 'a', { answer: 'yes', by: '' })).toBe(false);
  expect(draft).toEqual({});
  expect(visit.begunAnswer('1', 'a')).toBe('yes');
  expect(visit.begunAnswer('2', 'a')).toBeUndefined();
  expect([...visit.unsigned('1', ['a', 'b'])]).toEqual(['a']);
  expect(isAnythingUnsaved()).toBe(true);
  expect(visit.enter(draft, '1', 'a', { answer: 'yes', by: 'board' })).toBe(true);
  expect(draft).toEqual({ board: { a: { answer: 'yes', by: 'board' } } });
  expect(visit.begunAnswer('1', 'a')).toBeUndefined();
  expect(isAnythingUnsaved()).toBe(false);
});

it('the name that was typed last is offered in the same case only', () => {
  const visit = new BoardVisit();
  const board = { x: { answer: 'no', by: 'chair' } };
  expect(visit.offered('1', board)).toBe('chair');
  visit.enter({}, '1', 'a', { answer: '', by: 'Dr B' });
  expect(visit.offered('1', board)).toBe('Dr B');
  expect(visit.offered('2', undefined)).toBe('');
});

it('a name that is taken away takes the answer back and keeps its words', () => {
  const visit = new BoardVisit();
  const draft: Settings = { board: { a: { answer: 'yes', by: 'board' } } };
  visit.enter(draft, '1', 'a', { answer: 'yes', by: '' });
  expect(draft).toEqual({});
  expect(visit.begunAnswer('1', 'a')).toBe('yes');
  visit.enter(draft, '1', 'a', { answer: '', by: '' });
  expect(visit.begunAnswer('1', 'a')).toBeUndefined();
});
