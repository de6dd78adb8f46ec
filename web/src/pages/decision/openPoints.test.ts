import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../api/assessment';
import { openPoints, type CaseFacts } from './openPoints';

const CLEAR: CaseFacts = { isDirty: false, isOutdated: false, signature: 'none', board: {}, unsigned: new Set() };

const NOTHING = {
  refused: false,
  findings: [],
  registrations: [{ course: 'C1', kind: 'rigid', accepted: true }],
  courses: [{ id: 'C1', label: 'A', known_by_record: false }],
  constraints: [],
  scores: [],
  not_drawn: [],
  classification: {
    type: 'type-1',
    rule: 'r',
    answers: [
      { id: 'geometric-overlap', answer: true, author: null },
      { id: 'same-organ', answer: true, author: 'board' },
    ],
  },
  clinical: {
    site: 'spine',
    scores: [],
    eligibility: [],
    systemic_therapy: [],
    reporting: { statements: [], adherence: [] },
  },
} as unknown as Assessment;

const of = (change: object): Assessment => ({ ...NOTHING, ...change });
const clinical = (change: object): Assessment => of({ clinical: { ...NOTHING.clinical, ...change } });

it('nothing is open where nothing is', () => {
  expect(openPoints(NOTHING, CLEAR)).toEqual([]);
});

const LIMIT = { structure: 'cord', title: 'L', evidence: 'primary', verdict: 'met', is_landmark: false, source: 's' };

describe.each<[string, Assessment, CaseFacts, string, string]>([
  [
    'a refusal',
    of({ findings: [{ code: 'H01', severity: 'refuse', subject: 'C1', message: 'm' }] }),
    CLEAR,
    'blocks',
    'H01 C1: m',
  ],
  ['settings not saved', NOTHING, { ...CLEAR, isDirty: true }, 'blocks', 'not saved'],
  ['an outdated assessment', NOTHING, { ...CLEAR, isOutdated: true }, 'blocks', 'since the assessment'],
  ['a void signature', NOTHING, { ...CLEAR, signature: 'void' }, 'blocks', 'since it was signed'],
  [
    'a registration not accepted',
    of({ registrations: [{ course: 'C1', kind: 'rigid', accepted: false }] }),
    CLEAR,
    'provisional',
    'C1: rigid',
  ],
  [
    'a course known by its record',
    of({ courses: [{ id: 'C1', label: 'A', known_by_record: true }] }),
    CLEAR,
    'provisional',
    'C1: A',
  ],
  ['an exceeded limit', of({ constraints: [{ ...LIMIT, verdict: 'exceeded' }] }), CLEAR, 'open', 'cord: L'],
  ['an uncertain limit', of({ constraints: [{ ...LIMIT, verdict: 'uncertain' }] }), CLEAR, 'open', 'cord: L'],
  ['an organ that was not drawn', of({ not_drawn: ['Cochlea'] }), CLEAR, 'open', 'Cochlea'],
  [
    'an answer that nobody signed',
    of({
      classification: {
        ...NOTHING.classification,
        answers: [{ id: 'cumulative-toxicity-concern', answer: true, author: null }],
      },
    }),
    CLEAR,
    'open',
    'Concern for toxicity',
  ],
  [
    'an open type',
    of({ classification: { ...NOTHING.classification, type: null, rule: 'question 3 is open' } }),
    CLEAR,
    'open',
    'Question 3 is open.',
  ],
  ['a missing site', clinical({ site: null }), CLEAR, 'open', 'with the scores'],
  [
    'a score without an answer',
    clinical({ scores: [{ id: 's', title: 'S', state: 'incomplete', missing: ['age'] }] }),
    CLEAR,
    'open',
    'S: age',
  ],
  [
    'a broken rule',
    clinical({
      systemic_therapy: [
        { drug: 'd', rules: [{ title: 'R', kept: 'broken', reason: 'too soon', evidence: 'primary' }] },
      ],
    }),
    CLEAR,
    'open',
    'd, R: too soon',
  ],
  [
    'a question to the board',
    clinical({ reporting: { statements: [{ id: 'q', text: 'Is it?', answer: null }], adherence: [] } }),
    CLEAR,
    'open',
    'Is it?',
  ],
  [
    'a question to the board whose answer nobody gives',
    clinical({ reporting: { statements: [{ id: 'q', text: 'Is it?', answer: null }], adherence: [] } }),
    { ...CLEAR, unsigned: new Set(['q']) },
    'open',
    'nobody gives it',
  ],
  [
    'a question whose answer was taken back in the draft',
    clinical({
      reporting: {
        statements: [{ id: 'q', text: 'Is it?', answer: null, stated: { answer: 'yes', by: 'board' } }],
        adherence: [],
      },
    }),
    CLEAR,
    'open',
    'Is it?',
  ],
  [
    'a missing item',
    clinical({ reporting: { statements: [], adherence: [{ title: 'Interval', value: null }] } }),
    CLEAR,
    'open',
    'Interval',
  ],
  [
    'a limit whose source nobody saw',
    of({ constraints: [{ ...LIMIT, evidence: 'unverified' }] }),
    CLEAR,
    'unverified',
    'cord: L (s)',
  ],
  [
    'a score of the cord whose points nobody saw',
    of({ scores: [{ structure: 'cord', evidence: 'unverified' }] }),
    CLEAR,
    'unverified',
    'Cord score of cord',
  ],
])('%s', (_, assessment, facts, weight, detail) => {
  it('is told', () => {
    const points = openPoints(assessment, facts);
    expect(points.map((point) => point.weight)).toEqual([weight]);
    expect(points[0]?.details.join()).toContain(detail);
  });
});

it('a question that the board answers in the draft, or the assessment by itself, is not open', () => {
  const statements = [
    { id: 'q', text: 'Is it?', answer: null, stated: null },
    { id: 'r', text: 'Was it?', answer: 'it was', stated: null },
  ];
  const facts = { ...CLEAR, board: { q: { answer: 'yes', by: 'board' } } };
  expect(openPoints(clinical({ reporting: { statements, adherence: [] } }), facts)).toEqual([]);
});

it('an observation is no limit that is exceeded', () => {
  expect(openPoints(of({ constraints: [{ ...LIMIT, verdict: 'exceeded', is_landmark: true }] }), CLEAR)).toEqual([]);
});

it('what blocks comes first', () => {
  const assessment = of({
    findings: [{ code: 'H01', severity: 'refuse', subject: 'C1', message: 'm' }],
    registrations: [{ course: 'C1', kind: 'rigid', accepted: false }],
    constraints: [{ ...LIMIT, verdict: 'exceeded', evidence: 'unverified' }],
  });
  expect(openPoints(assessment, CLEAR).map(({ weight }) => weight)).toEqual([
    'blocks',
    'provisional',
    'open',
    'unverified',
  ]);
});
