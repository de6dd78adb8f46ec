import { describe, expect, it } from 'vitest';
import type { JudgedConstraint } from '../../api/assessment';
import type { InspectedCourse } from '../../api/cases';
import type { Settings } from '../../api/settings';
import {
  candidatePlans,
  candidatesProblem,
  choosableLimits,
  holdsPlan,
  readFractions,
  stateBudget,
  toggledLimit,
  toggledPlan,
} from './budgetEdits';

it('fields of the budget are stated and taken back, and an empty budget goes', () => {
  const draft: Settings = { budget: { target: 'PTV' } };
  stateBudget(draft, { prescription_gy: 30 });
  expect(draft.budget).toEqual({ target: 'PTV', prescription_gy: 30 });
  stateBudget(draft, { prescription_gy: undefined, target: undefined, limits: [] });
  expect(draft).toEqual({});
});

it.each([
  ['5, 10', [5, 10]],
  ['10 5;5', [5, 10]],
  ['', []],
])('fractions are read from "%s"', (text, value) => {
  expect(readFractions(text)).toEqual({ value });
});

it.each(['5, x', '0', '2.5', '101', '-3'])('"%s" is told with the reason', (text) => {
  expect(readFractions(text).reason).toContain('no number of fractions');
});

describe('limits to choose from', () => {
  const limit = (change: Partial<JudgedConstraint>): JudgedConstraint =>
    ({
      id: 'a',
      title: 'A',
      structure: 'left',
      evidence: 'primary',
      source: 's',
      scope: 'cumulative',
      unit: 'Gy',
      is_landmark: false,
      ...change,
    }) as JudgedConstraint;

  it('are those on a dose, each once', () => {
    const all = choosableLimits([
      limit({}),
      limit({ structure: 'right' }),
      limit({ id: 'b', is_landmark: true }),
      limit({ id: 'c', unit: '1', scope: 'current-share' }),
      limit({ id: 'd', unit: 'months', scope: 'interval' }),
      limit({ id: 'e', scope: 'current' }),
    ]);
    expect(all.map(({ id, structures }) => [id, structures])).toEqual([
      ['a', ['left', 'right']],
      ['e', ['left']],
    ]);
  });

  it('all count until one is taken out, and all again when it is taken in', () => {
    expect(toggledLimit([], ['a', 'b'], 'a')).toEqual(['b']);
    expect(toggledLimit(['b'], ['a', 'b'], 'a')).toEqual([]);
    expect(toggledLimit(['b', 'other'], ['a', 'b', 'c'], 'a')).toEqual(['b', 'other', 'a']);
  });
});

describe('candidates', () => {
  const plan = (uid: string, label: string): unknown => ({
    uid,
    label,
    modality: 'photon',
    prescription_gy: 30,
    fractions_planned: 5,
  });
  const courses = [
    { id: 'C1', role: 'prior', plans: [plan('1', 'OLD')] },
    { id: 'C2', role: 'current', plans: [plan('2', 'NEW'), plan('3', 'NEW'), plan('4', 'OTHER')] },
  ] as unknown as InspectedCourse[];
  const plans = candidatePlans(courses);

  it('are offered the plans of the current course first, by UID where labels repeat', () => {
    expect(plans.map(({ reference }) => reference)).toEqual(['2', '3', 'OTHER', 'OLD']);
    expect(plans[2]?.words).toBe('photon, 30\u00a0Gy in 5 fractions');
  });

  it('hold plans by label or UID', () => {
    const other = plans[2];
    if (other === undefined) throw new Error('there is no third plan');
    expect(holdsPlan({ name: 'A', plans: ['4'] }, other)).toBe(true);
    expect(toggledPlan({ name: 'A', plans: ['4', '2'] }, other)).toEqual(['2']);
    expect(toggledPlan({ name: 'A', plans: ['2'] }, other)).toEqual(['2', 'OTHER']);
  });

  const candidate = (name: string, ...own: string[]): { name: string; plans: string[] } => ({ name, plans: own });
  it.each<[string, Settings, string | null]>([
    ['none', {}, null],
    ['two', { candidate: [candidate('A', '1'), candidate('B', '2')] }, null],
    ['one', { candidate: [candidate('A', '1')] }, 'or more'],
    ['no name', { candidate: [candidate(' ', '1')] }, 'needs a name'],
    ['one name twice', { candidate: [candidate('A', '1'), candidate('A', '2')] }, 'the same name'],
    ['no plan', { candidate: [candidate('A'), candidate('B', '2')] }, 'has no plan'],
    [
      'a current course beside them',
      { case: { current_course: 'C' }, candidate: [candidate('A', '1'), candidate('B', '2')] },
      'current course',
    ],
  ])('with %s say what is wrong', (_, settings, problem) => {
    if (problem === null) expect(candidatesProblem(settings)).toBeNull();
    else expect(candidatesProblem(settings)).toContain(problem);
  });
});
