import { describe, expect, it } from 'vitest';
import type { ReportItem } from '../../api/clinical';
import type { Settings } from '../../api/settings';
import {
  answerText,
  isForPerson,
  reportingKey,
  signedAnswer,
  stateAnswer,
  stateConsensus,
  stateReporting,
  yesOrNo,
} from './answers';

describe('an answer to the consensus', () => {
  it('is stated with who gave it and why', () => {
    const draft: Settings = { case: { site: 'spine' } };
    stateConsensus(draft, 'same_organ', { answer: false, by: ' the board ', reason: ' seen ' });
    expect(draft.case).toEqual({ site: 'spine', same_organ: { answer: false, by: 'the board', reason: 'seen' } });
    expect(signedAnswer(draft.case?.same_organ)).toEqual({ answer: false, by: 'the board', reason: 'seen' });
  });

  it('is bare where nobody signs, and has no empty reason', () => {
    const draft: Settings = {};
    stateConsensus(draft, 'toxicity_concern', { answer: true, by: ' ', reason: 'x' });
    expect(draft.case).toEqual({ toxicity_concern: true });
    stateConsensus(draft, 'toxicity_concern', { answer: true, by: 'a', reason: '' });
    expect(draft.case).toEqual({ toxicity_concern: { answer: true, by: 'a' } });
  });

  it('is taken back, and the empty case with it', () => {
    const draft: Settings = { case: { same_organ: true } };
    stateConsensus(draft, 'same_organ', { answer: null, by: 'a', reason: '' });
    expect(draft).toEqual({});
    expect(signedAnswer(undefined).answer).toBeNull();
    expect(signedAnswer(false).answer).toBe(false);
  });
});

describe('an answer to a score', () => {
  it('is stated and taken back', () => {
    const draft: Settings = { answers: { age: 56 } };
    stateAnswer(draft, 'kps', 0);
    expect(draft.answers).toEqual({ age: 56, kps: 0 });
    stateAnswer(draft, 'kps', null);
    stateAnswer(draft, 'age', null);
    expect(draft).toEqual({});
  });

  it('is read whichever way it is written', () => {
    expect([true, 'yes', false, 'no', 'maybe', undefined].map(yesOrNo)).toEqual(['yes', 'yes', 'no', 'no', null, null]);
    expect(answerText(0, { unit: 'years' })).toBe('0\u00a0years');
    expect(answerText(false, {})).toBe('no');
    expect(answerText(null, { unit: 'years' })).toBe('not answered');
  });
});

describe('a text of the report', () => {
  const item = (change: Partial<ReportItem>): ReportItem =>
    ({ id: 'indication.intent', filled_from: ['person'], filled_by: null, ...change }) as ReportItem;

  it('stands under the name under which it is stated, else with its section', () => {
    expect(reportingKey({ intent: 'cure' }, item({}))).toBe('intent');
    expect(reportingKey({ intent: 'cure', 'indication.intent': 'relief' }, item({}))).toBe('indication.intent');
    expect(reportingKey(undefined, item({}))).toBe('indication.intent');
  });

  it('is stated, and taken back where it is empty', () => {
    const draft: Settings = {};
    stateReporting(draft, 'intent', ' cure ');
    expect(draft.reporting).toEqual({ intent: 'cure' });
    stateReporting(draft, 'intent', '  ');
    expect(draft).toEqual({});
  });

  it('is for a person unless the program knows it, or nothing of a person counts', () => {
    expect(isForPerson(item({}))).toBe(true);
    expect(isForPerson(item({ filled_by: 'person' }))).toBe(true);
    expect(isForPerson(item({ filled_from: ['dicom', 'person'], filled_by: 'dicom' }))).toBe(false);
    expect(isForPerson(item({ filled_from: ['dicom'] }))).toBe(false);
  });
});
