import { describe, expect, it } from 'vitest';
import type { Assessment, JudgedConstraint } from '../../api/assessment';
import {
  countVerdicts,
  filteredGroups,
  isNarrowed,
  openFilter,
  orderedGroups,
  organGroups,
  unchangedKept,
  type LimitFilter,
} from './limitGroups';

function limit(structure: string, id: string, change: Partial<JudgedConstraint> = {}): JudgedConstraint {
  return {
    id,
    structure,
    title: `${id} of a source`,
    metric: 'D0.1cc',
    unit: 'Gy',
    scope: 'cumulative',
    limit_gy: 50,
    value_gy: 25,
    limit_share: null,
    value_share: null,
    at_least_gy: null,
    at_most_gy: null,
    band: null,
    verdict: 'met',
    evidence: 'primary',
    is_for_site: true,
    is_landmark: false,
    source: 'book2020',
    ...change,
  } as JudgedConstraint;
}

const ASSESSMENT = {
  structures: [
    { name: 'cord', standard_name: 'SpinalCord' },
    { name: 'brain', standard_name: 'Brain' },
    { name: 'larynx', standard_name: 'Larynx' },
  ],
  constraints: [
    limit('cord', 'low', { value_gy: 10 }),
    limit('cord', 'high', { value_gy: 60, verdict: 'exceeded', evidence: 'unverified' }),
    limit('cord', 'seen', { is_landmark: true, verdict: 'exceeded' }),
    limit('brain', 'unknown', { value_gy: null, verdict: 'not-evaluable', is_for_site: false }),
    limit('brain', 'close', { value_gy: 49, verdict: 'uncertain' }),
  ],
  limit_spreads: [{ structure: 'cord', n_met: 1 }],
  no_limits: [{ id: 'none', structure: 'larynx', statement: 'nothing was found' }],
} as unknown as Assessment;

const GROUPS = organGroups(ASSESSMENT);
const names = (groups: typeof GROUPS): string[] => groups.map(({ structure }) => structure.name);
const ids = (groups: typeof GROUPS): string[] => groups.flatMap(({ limits }) => limits.map(({ id }) => id));
const narrowed = (change: Partial<LimitFilter>): LimitFilter => ({ ...openFilter(), ...change });

describe('the groups', () => {
  it('hold every structure, with observations apart from limits', () => {
    expect(names(GROUPS)).toEqual(['cord', 'brain', 'larynx']);
    expect(GROUPS[0]?.limits.map(({ id }) => id)).toEqual(['low', 'high']);
    expect(GROUPS[0]?.observations.map(({ id }) => id)).toEqual(['seen']);
    expect(GROUPS[0]?.spread).toEqual({ structure: 'cord', n_met: 1 });
    expect(GROUPS[2]?.noLimits.map(({ id }) => id)).toEqual(['none']);
  });

  it('say a limit once where two structures have one name', () => {
    const twice = { ...ASSESSMENT, structures: [ASSESSMENT.structures[0], ASSESSMENT.structures[0]] } as Assessment;
    expect(organGroups(twice).map(({ limits }) => limits.length)).toEqual([2, 0]);
  });
});

describe('the filter', () => {
  it('hides nothing while it is open', () => {
    expect(isNarrowed(openFilter())).toBe(false);
    expect(filteredGroups(GROUPS, openFilter())).toEqual(GROUPS);
  });

  it.each<[string, Partial<LimitFilter>, string[]]>([
    ['verdicts', { verdicts: new Set(['exceeded']) }, ['high']],
    ['evidence', { evidence: new Set(['unverified']) }, ['high']],
    ['the site', { site: 'other-site' }, ['unknown']],
    ['words of limit and structure', { text: 'SPINAL low' }, ['low']],
  ])('by %s leaves what was asked for', (_, change, expected) => {
    expect(ids(filteredGroups(GROUPS, narrowed(change)))).toEqual(expected);
  });

  it('counts what it hides, observations too', () => {
    const [cord] = filteredGroups(GROUPS, narrowed({ verdicts: new Set(['met']) }));
    expect(cord?.nHidden).toBe(2);
  });

  it('finds a structure without limits by its name, unless limits of a kind are asked for', () => {
    expect(names(filteredGroups(GROUPS, narrowed({ text: 'lar' })))).toEqual(['larynx']);
    expect(names(filteredGroups(GROUPS, narrowed({ text: 'lar', site: 'for-site' })))).toEqual([]);
  });
});

describe('the order', () => {
  it('by share has the highest first, and what is not known last', () => {
    const sorted = orderedGroups(GROUPS, 'share');
    expect(names(sorted)).toEqual(['cord', 'brain', 'larynx']);
    expect(ids(sorted)).toEqual(['high', 'low', 'close', 'unknown']);
  });

  it('by verdict has what is exceeded first', () => {
    expect(ids(orderedGroups([...GROUPS].reverse(), 'verdict'))).toEqual(['high', 'low', 'close', 'unknown']);
  });
});

it('verdicts are counted without observations', () => {
  expect(countVerdicts(ASSESSMENT.constraints)).toEqual({ met: 1, exceeded: 1, uncertain: 1, 'not-evaluable': 1 });
});

it('limits of which nothing changed stay the very same', () => {
  const [first, second] = ASSESSMENT.constraints;
  const sent = structuredClone(ASSESSMENT.constraints);
  if (sent[1] !== undefined) sent[1].value_gy = 61;
  const kept = unchangedKept(ASSESSMENT.constraints, sent);
  expect(kept[0]).toBe(first);
  expect(kept[1]).not.toBe(second);
  expect(kept).toEqual(sent);
});
