import { describe, expect, it } from 'vitest';
import type { Settings } from '../../api/settings';
import {
  boardGroup,
  type BoardGroup,
  type BoardWord,
  knownNames,
  leadingWord,
  nameOfAll,
  stateBoardAnswer,
  statedBy,
  toggledWord,
} from './boardAnswers';

const YES = { answer: 'yes', by: 'board' };
const NO = { answer: 'no', by: 'chair' };

describe('the group of a question', () => {
  it.each<[string, Parameters<typeof boardGroup>[0], Parameters<typeof boardGroup>[1], BoardGroup]>([
    ['nobody has answered', { id: 'a', answer: null, stated: null }, {}, 'people'],
    ['an older assessment tells neither', { id: 'a' }, {}, 'people'],
    ['the assessment answers', { id: 'a', answer: 'computed', stated: null }, {}, 'assessment'],
    ['the draft answers before any trial did', { id: 'a', answer: null, stated: null }, { a: YES }, 'board'],
    ['both answer', { id: 'a', answer: 'computed', stated: null }, { a: YES }, 'board'],
    ['the draft answers another one', { id: 'a', answer: null, stated: null }, { b: YES }, 'people'],
    ['it was taken back in the draft', { id: 'a', answer: null, stated: YES }, {}, 'people'],
    ['settings are not known yet', { id: 'a', answer: null, stated: YES }, null, 'board'],
  ])('%s', (_, statement, board, expected) => {
    expect(boardGroup(statement, board)).toBe(expected);
  });

  it('goes with the answer that is shown', () => {
    expect(statedBy({ id: 'a', stated: NO }, { a: YES })).toEqual(YES);
    expect(statedBy({ id: 'a', stated: NO }, null)).toEqual(NO);
  });
});

describe('stating', () => {
  it.each<[string, Settings, string, typeof YES, Settings, boolean]>([
    ['the first answer', {}, 'a', { answer: ' yes ', by: ' board ' }, { board: { a: YES } }, true],
    ['another one', { board: { b: NO } }, 'a', YES, { board: { b: NO, a: YES } }, true],
    ['in the place of the former', { board: { a: NO } }, 'a', YES, { board: { a: YES } }, true],
    [
      'nothing without a name',
      { board: { a: NO, b: NO } },
      'a',
      { answer: 'yes', by: ' ' },
      { board: { b: NO } },
      false,
    ],
    ['nothing without words', { board: { a: NO, b: NO } }, 'a', { answer: '', by: 'x' }, { board: { b: NO } }, false],
    ['no section where nothing is left', { board: { a: NO } }, 'a', { answer: '', by: '' }, {}, false],
  ])('%s', (_, draft, id, answer, expected, isStated) => {
    expect(stateBoardAnswer(draft, id, answer)).toBe(isStated);
    expect(draft).toEqual(expected);
  });
});

describe('words that need no writing', () => {
  it.each<[string, BoardWord, string]>([
    ['', 'yes', 'yes'],
    ['no', 'yes', 'yes'],
    ['yes', 'yes', ''],
    ['not applicable', 'no', 'no'],
    ['seen by the surgeon', 'yes', 'yes; seen by the surgeon'],
    ['yes; seen by the surgeon', 'no', 'no; seen by the surgeon'],
    ['Yes, seen by the surgeon', 'yes', 'seen by the surgeon'],
    ['no tumour is left', 'yes', 'yes; no tumour is left'],
    ['not applicable – no drug', 'yes', 'yes; no drug'],
  ])('of "%s" with %s', (answer, word, expected) => {
    expect(toggledWord(answer, word)).toBe(expected);
  });

  it.each<[string, BoardWord | null]>([
    ['YES', 'yes'],
    ['no: too soon', 'no'],
    ['not applicable', 'not applicable'],
    ['nobody knows', null],
    ['no tumour', null],
    ['', null],
  ])('lead "%s": %s', (answer, expected) => {
    expect(leadingWord(answer)).toBe(expected);
  });
});

describe('names', () => {
  it('that answered anything in the case are offered, each once', () => {
    const settings: Settings = {
      board: { a: YES, b: NO, c: YES },
      case: { same_organ: { answer: true, by: 'Dr A' }, toxicity_concern: true },
    };
    expect(knownNames(settings)).toEqual(['Dr A', 'board', 'chair']);
    expect(knownNames({})).toEqual([]);
  });

  it.each([
    [undefined, ''],
    [{ a: YES, b: YES }, 'board'],
    [{ a: YES, b: NO }, ''],
  ])('of all of %j: "%s"', (board, expected) => {
    expect(nameOfAll(board)).toBe(expected);
  });
});
