import { expect, it } from 'vitest';
import type { Settings } from '../../../api/settings';
import { add, change, patched, takeOut } from './draftLists';
import { changeDose, changePlan, settingsOfPlan } from './objectSettings';

it('a field without a value is left out, never null', () => {
  expect(patched({ drug: 'a', start: '2024-01-01', end: '2024-02-01' }, { end: undefined })).toEqual({
    drug: 'a',
    start: '2024-01-01',
  });
});

it('an entry that is taken out can be put back in its place', () => {
  const draft: Settings = { drug: ['a', 'b', 'c'].map((drug) => ({ drug, start: '2024-01-01' })) };
  const before = structuredClone(draft);
  const taken = takeOut(draft, 'drug', 1);
  expect(draft.drug?.map(({ drug }) => drug)).toEqual(['a', 'c']);
  if (taken !== undefined) add(draft, 'drug', taken, 1);
  expect(draft).toEqual(before);
});

it('a list without entries is left out', () => {
  const draft: Settings = {};
  add(draft, 'toxicity', { term: 'fatigue', grade: 0, date: '2024-01-01' });
  expect(draft.toxicity).toHaveLength(1);
  takeOut(draft, 'toxicity', 0);
  expect(draft).toEqual({});
});

it('only the entry at its place changes', () => {
  const draft: Settings = {
    imaging: [
      { modality: 'MRI', measure: 'a', value: 1 },
      { modality: 'MRI', measure: 'b', value: 2 },
    ],
  };
  change(draft, 'imaging', 1, { value: 3, date: '2024-01-01' });
  change(draft, 'imaging', 7, { value: 9 });
  expect(draft.imaging?.map(({ value, date }) => [value, date])).toEqual([
    [1, undefined],
    [3, '2024-01-01'],
  ]);
});

const plan = { uid: '1.2.3', label: 'BOOST' };

it('a plan is found by its UID before its label, and a new entry names the UID', () => {
  const draft: Settings = { plan: [{ plan: 'BOOST', ignore: true }] };
  expect(settingsOfPlan(draft, plan)?.ignore).toBe(true);
  changePlan(draft, plan, { fractions_delivered: 17 });
  expect(draft.plan).toEqual([{ plan: 'BOOST', ignore: true, fractions_delivered: 17 }]);
  const other: Settings = {};
  changePlan(other, plan, { modality: 'proton' });
  expect(other.plan).toEqual([{ plan: '1.2.3', modality: 'proton' }]);
  changePlan(other, { uid: null, label: 'REFUSED' }, { rbe: 1.1 });
  expect(other.plan?.[1]).toEqual({ plan: 'REFUSED', rbe: 1.1 });
});

it('an entry that decides nothing any more is left out', () => {
  const draft: Settings = {};
  changePlan(draft, plan, { ignore: true });
  changePlan(draft, plan, { ignore: undefined });
  changeDose(draft, '1.9', { holds: 'one-fraction' });
  changeDose(draft, '1.9', { holds: undefined });
  expect(draft).toEqual({});
});
