/** Everything that blocks a decision, is provisional, or was left open: collected from all chapters, so that nothing is overlooked. */
import type { Assessment } from '../../api/assessment';
import type { SignatureState } from '../../api/cases';
import type { BoardStatement, Clinical } from '../../api/clinical';
import type { CasePage } from '../../state/route';
import { capitalised } from '../assessed/capitalised';
import { boardGroup, type BoardAnswers } from './boardAnswers';
import { scoreTitle } from './scoreWords';
import type { SectionName } from './sections';

export type Weight = 'blocks' | 'provisional' | 'open' | 'unverified';

export interface OpenPoint {
  weight: Weight;
  title: string;
  /** What is open in detail. */
  details: string[];
  /** Where it is settled: a part of this page, or another page. */
  section: SectionName | null;
  page: CasePage | null;
}

export interface CaseFacts {
  isDirty: boolean;
  isOutdated: boolean;
  signature: SignatureState;
  /** What the board states in the settings as they are edited; null where they are not known. */
  board: BoardAnswers | null;
  /** Questions to the board that have words and nobody who gives them. */
  unsigned: ReadonlySet<string>;
}

type Told = Omit<OpenPoint, 'weight'>;

const here = (section: SectionName): Pick<OpenPoint, 'section' | 'page'> => ({ section, page: null });
const on = (page: CasePage): Pick<OpenPoint, 'section' | 'page'> => ({ section: null, page });

/** All points, the weightiest first; points without details are none. */
export function openPoints(assessment: Assessment, facts: CaseFacts): OpenPoint[] {
  const of = (weight: Weight, points: Told[]): OpenPoint[] =>
    points.filter(({ details }) => details.length > 0).map((point) => ({ weight, ...point }));
  return [
    ...of('blocks', blocking(assessment, facts)),
    ...of('provisional', provisional(assessment)),
    ...of('open', [
      ...openInLimits(assessment),
      ...openInType(assessment),
      ...openInClinical(assessment.clinical, facts),
    ]),
    ...of('unverified', unverified(assessment)),
  ];
}

function blocking({ findings, refused }: Assessment, facts: CaseFacts): Told[] {
  const refusals = findings.filter(({ severity }) => severity === 'refuse');
  const changed = [
    ...(facts.isDirty ? ['Settings were changed and are not saved.'] : []),
    ...(facts.isOutdated ? ['Saved settings or the knowledge base were changed since the assessment.'] : []),
  ];
  return [
    {
      title: refused ? 'Refused: no cumulative number is given' : 'Refused in part',
      details: refusals.map(({ code, subject, message }) => `${code} ${subject}: ${message}`),
      ...here('findings'),
    },
    { title: 'The numbers that are stored are not of these settings', details: changed, ...here('signature') },
    {
      title: 'The signature is void',
      details: facts.signature === 'void' ? ['Something changed since it was signed.'] : [],
      ...here('signature'),
    },
  ];
}

function provisional({ registrations, courses }: Assessment): Told[] {
  return [
    {
      title: 'Registration not accepted by a person: every cumulative number rests on it',
      details: registrations.filter(({ accepted }) => !accepted).map(({ course, kind }) => `${course}: ${kind}`),
      ...on('alignment'),
    },
    {
      title: 'Known by its record only: cumulative values are bounds',
      details: courses.filter((course) => course.known_by_record).map(({ id, label }) => `${id}: ${label}`),
      ...on('timeline'),
    },
  ];
}

function openInLimits({ constraints, not_drawn }: Assessment): Told[] {
  const of = (verdict: string): string[] =>
    constraints
      .filter((limit) => limit.verdict === verdict && !limit.is_landmark)
      .map(({ structure, title }) => `${structure}: ${title}`);
  return [
    { title: 'Limits exceeded', details: of('exceeded'), ...on('organs') },
    { title: 'Limits uncertain', details: of('uncertain'), ...on('organs') },
    { title: 'Limits that cannot be evaluated', details: of('not-evaluable'), ...on('organs') },
    { title: 'Not drawn, so not judged', details: [...not_drawn], ...on('organs') },
  ];
}

const QUESTIONS: Record<string, string> = {
  'geometric-overlap': 'Overlap of the irradiated volumes',
  'cumulative-toxicity-concern': 'Concern for toxicity of the cumulative dose',
  'same-organ': 'Targets in the same organ',
};

/** Words for a question of the consensus. */
export function consensusQuestion(id: string): string {
  return QUESTIONS[id] ?? id;
}

function openInType({ classification }: Assessment): Told[] {
  // The overlap is measured; the other two are questions to people.
  const nobodys = classification.answers.filter(
    ({ id, answer, author }) => answer !== null && author === null && id !== 'geometric-overlap',
  );
  return [
    {
      title: 'Type of reirradiation not decided: a question is open',
      details: classification.type === null ? [`${capitalised(classification.rule)}.`] : [],
      ...here('type'),
    },
    {
      title: 'Questions of the consensus that nobody signed',
      details: nobodys.map(({ id }) => consensusQuestion(id)),
      ...here('type'),
    },
  ];
}

function openInClinical(clinical: Clinical | null, facts: CaseFacts): Told[] {
  if (clinical === null) return [];
  const { scores, eligibility, systemic_therapy: drugs, reporting } = clinical;
  const rules = (kept: string): string[] =>
    drugs.flatMap(({ drug, rules: all }) =>
      all.filter((rule) => rule.kept === kept).map(({ title, reason }) => `${drug}, ${title}: ${reason}`),
    );
  const criteria = eligibility.flatMap(({ title, criteria: all }) =>
    all.filter(({ state }) => state === 'unknown').map(({ text }) => `${title}: ${text}`),
  );
  return [
    {
      title: 'The site is not stated: no score, criterion or rule was asked',
      details: clinical.site === null ? ['It is stated with the scores, or on the timeline.'] : [],
      ...here('scores'),
    },
    {
      title: 'Scores that lack an answer',
      details: scores.flatMap((score) =>
        score.state === 'incomplete'
          ? [`${scoreTitle(score)}: ${score.missing.join(', ')}`]
          : score.state === 'ask'
            ? [`${scoreTitle(score)}: ${score.statement}`]
            : score.state === 'invalid'
              ? [`${scoreTitle(score)}: ${score.problem}`]
              : [],
      ),
      ...here('scores'),
    },
    { title: 'Criteria of trials that are not known', details: criteria, ...here('criteria') },
    { title: 'Rules on drugs that are broken', details: rules('broken'), ...here('drugs') },
    { title: 'Rules on drugs that are open', details: rules('open'), ...here('drugs') },
    {
      title: 'Questions to the board',
      details: openQuestions(reporting.statements, facts),
      ...here('board'),
    },
    {
      title: 'Mandatory items of the report that are missing',
      details: reporting.adherence.filter(({ value }) => value === null).map(({ title }) => title),
      ...here('reporting'),
    },
  ];
}

function openQuestions(statements: readonly BoardStatement[], { board, unsigned }: CaseFacts): string[] {
  const begun = (id: string): string => (unsigned.has(id) ? ' An answer is written, but nobody gives it.' : '');
  return statements
    .filter((statement) => boardGroup(statement, board) === 'people')
    .map(({ id, text }) => `${text}${begun(id)}`);
}

function unverified({ constraints, scores: cord, clinical }: Assessment): Told[] {
  const limits = constraints.filter(
    ({ evidence, verdict }) => evidence === 'unverified' && verdict !== 'not-evaluable',
  );
  const scores = (clinical?.scores ?? []).filter(
    ({ evidence, state }) => evidence === 'unverified' && state === 'computed',
  );
  const rules = (clinical?.systemic_therapy ?? []).flatMap(({ drug, rules: all }) =>
    all.filter(({ evidence }) => evidence === 'unverified').map(({ title }) => `${drug}: ${title}`),
  );
  return [
    {
      title: 'Limits and observations whose source nobody saw',
      details: limits.map(({ structure, title, source }) => `${structure}: ${title} (${source})`),
      ...on('organs'),
    },
    {
      title: 'Scores whose source nobody saw',
      details: [
        ...cord
          .filter(({ evidence }) => evidence === 'unverified')
          .map(({ structure }) => `Cord score of ${structure}`),
        ...scores.map(scoreTitle),
      ],
      ...here('scores'),
    },
    { title: 'Rules on drugs whose source nobody saw', details: rules, ...here('drugs') },
  ];
}
