import { expect, it } from 'vitest';
import type { CourseSummary } from '../../../api/assessment';
import type { CaseContents } from '../../../api/cases';
import type { PriorCourseSettings, Settings } from '../../../api/settings';
import { timelineEntries } from './entries';
import { knownPlans, looseDoses, looseEnds } from './knownPlans';
import { problemPlace } from './problemPlace';
import { type CourseSources, timelineCourses, type TimelineCourse } from './timelineCourses';

const planOf = (uid: string, label: string): unknown => ({
  uid,
  label,
  modality: 'photon',
  fractions_planned: 30,
  fractions_delivered: 30,
  dose_type: 'PHYSICAL',
  prescription_gy: 60,
  doses: [{ sources: [`${uid}.9`] }],
});

const contents = {
  findings: [],
  patients: [
    {
      id: 'P',
      courses: [
        {
          id: 'C1',
          label: 'LUNG',
          role: 'prior',
          start_date: '2020-01-01',
          interval_days: 1400,
          plans: [planOf('1.1', 'LUNG')],
        },
        { id: 'C2', label: 'REFUSED', role: 'prior', start_date: '2021-01-01', interval_days: 1000, plans: [] },
        {
          id: 'C3',
          label: 'NEW',
          role: 'current',
          start_date: '2024-01-01',
          interval_days: null,
          plans: [planOf('3.1', 'NEW')],
        },
      ],
    },
  ],
} as unknown as CaseContents;

const summary = (id: string, label: string, rest: Partial<CourseSummary> = {}): CourseSummary => ({
  id,
  label,
  role: 'prior',
  start_date: '2020-01-01',
  end_date: '2020-02-10',
  interval_days: 1400,
  is_to_come: false,
  known_by_record: false,
  note: null,
  plans: [
    {
      label,
      modality: 'photon',
      fractions_planned: 30,
      fractions_delivered: 30,
      prescription_gy: 60,
    } as CourseSummary['plans'][number],
  ],
  ...rest,
});

const record: PriorCourseSettings = {
  label: 'chest 1994',
  modality: 'photon',
  fractions: 25,
  prescription_gy: 50,
  highest_percent: 120,
};

const assessed = [
  summary('C1', 'LUNG'),
  summary('C3', 'NEW', { role: 'current', start_date: '2024-01-01', end_date: null, interval_days: null }),
];

function courses(draft: Settings, rest: Partial<CourseSources> = {}): TimelineCourse[] {
  const plans = knownPlans(contents, draft, []);
  return timelineCourses({ assessed, contents, plans, draft, stored: {}, ...rest });
}

const byId = (all: TimelineCourse[], id: string): TimelineCourse | undefined =>
  all.find((one) => one.summary.id === id);

it('without a draft everything is as it was assessed', () => {
  expect(courses({}).map(({ summary: one, mark }) => [one, mark])).toEqual(assessed.map((one) => [one, null]));
});

it('days that are stated move the course at once, and its interval is not known until it is assessed', () => {
  const own = byId(courses({ plan: [{ plan: '1.1', start_date: '2019-12-01', end_date: '2020-01-15' }] }), 'C1');
  expect(own?.summary).toMatchObject({ start_date: '2019-12-01', end_date: '2020-01-15', interval_days: null });
  expect(own?.mark).toBe('unsaved');
});

it('another first day of the current course takes all intervals away', () => {
  const all = courses({ plan: [{ plan: 'NEW', start_date: '2024-03-01' }] });
  expect(all.map(({ summary: one }) => one.interval_days)).toEqual([null, null]);
});

it('what is saved and not assessed is pending', () => {
  const draft: Settings = { plan: [{ plan: '1.1', fractions_delivered: 17 }] };
  const own = byId(courses(draft, { stored: structuredClone(draft) }), 'C1');
  expect([own?.mark, own?.summary.plans[0]?.fractions_delivered]).toEqual(['pending', 17]);
});

it('the course that is named becomes the current one', () => {
  const all = courses({ case: { current_course: '1.1' } });
  expect(all.map(({ summary: one, mark }) => [one.id, one.role, one.interval_days, mark])).toEqual([
    ['C1', 'current', null, 'unsaved'],
    ['C3', 'prior', null, 'unsaved'],
  ]);
});

it('an earlier course that a person enters appears, changes and goes with its entry', () => {
  const added = courses({ prior_course: [record] })[0];
  expect([added?.summary.label, added?.summary.start_date, added?.mark]).toEqual(['chest 1994', null, 'unsaved']);
  const known = [summary('C0', 'chest 1994', { known_by_record: true }), ...assessed];
  expect(courses({}, { assessed: known })).toHaveLength(2);
  const changed = courses({ prior_course: [{ ...record, fractions: 20 }] }, { assessed: known });
  expect(changed[0]?.summary).toMatchObject({ id: 'C0', interval_days: null });
  expect(changed[0]?.summary.plans[0]?.fractions_planned).toBe(20);
});

it('a new course stands where its first day puts it, and the current one stays last', () => {
  const late = { ...record, label: 'late', start_date: '2022-01-01' };
  const labels = courses({ prior_course: [late, record] }).map(({ summary: one }) => one.label);
  expect(labels).toEqual(['chest 1994', 'LUNG', 'late', 'NEW']);
});

it('before an assessment nothing of the current course is called delivered', () => {
  const all = courses({}, { assessed: null });
  expect(all.map(({ summary: one }) => [one.id, one.is_to_come, one.interval_days])).toEqual([
    ['C1', false, 1400],
    ['C2', false, 1000],
    ['C3', true, null],
  ]);
});

it('a plan that was refused, and one that is left out, can still be decided about', () => {
  const findings = [
    { code: 'H15', severity: 'refuse', subject: 'REFUSED', message: '' },
    { code: 'H15', severity: 'refuse', subject: 'LUNG', message: '' },
    { code: 'H04', severity: 'refuse', subject: '1.2.840.7', message: '' },
    { code: 'H37', severity: 'refuse', subject: 'courses', message: '' },
  ] as const;
  const settings: Settings = { plan: [{ plan: '9.9', ignore: true }] };
  const plans = knownPlans(contents, settings, findings);
  expect(plans.map(({ label, course }) => [label, course])).toEqual([
    ['LUNG', 'C1'],
    ['NEW', 'C3'],
    ['9.9', null],
    ['REFUSED', 'C2'],
  ]);
  expect(looseEnds(plans, settings).leftOut.map(({ uid }) => uid)).toEqual(['9.9']);
  expect(looseDoses(contents, { dose: [{ dose: '1.1.9', ignore: true }] }, findings)).toEqual(['1.2.840.7']);
});

it('a refused plan is called so, and one that is left out too', () => {
  const draft: Settings = { plan: [{ plan: '1.1', ignore: true }] };
  const findings = [{ code: 'H15', severity: 'refuse', subject: 'REFUSED', message: '' }] as const;
  const plans = knownPlans(contents, draft, findings);
  const all = timelineCourses({ assessed: null, contents, plans, draft, stored: {} });
  const entries = timelineEntries({ courses: all, draft, stored: {}, clinical: null });
  expect(entries.map(({ item }) => item.title)).toEqual([
    'C1 prior · LUNG (left out)',
    'C2 prior · REFUSED',
    'C3 current · NEW',
  ]);
  expect(entries[1]?.item.detail).toContain('its plan was refused');
});

it('a refusal of the server leads to the course that it names', () => {
  const draft: Settings = { prior_course: [{ ...record, organ: [{ structure: 'Cord' }] }] };
  const all = courses(draft);
  expect(problemPlace('rbe of "1.1" is 0; a positive number is needed', draft, all)).toBe('course-C1');
  expect(problemPlace('a dose to "Cord" lies above', draft, all)).toBe('course-N1');
  expect(problemPlace('draws of "uncertainty" is 1', draft, all)).toBeNull();
});

it('entries are those of the draft, with what the engine said of the same', () => {
  const said = { drug: 'cetuximab', start: '2024-01-05', end: null, timing: 'within the current course' };
  const draft: Settings = {
    drug: [
      { drug: 'cetuximab', start: '2024-01-05' },
      { drug: 'cetuximab', start: '2024-01-06' },
    ],
    toxicity: [{ term: 'dry-mouth', grade: 2, date: '2024-01-05' }],
  };
  const entries = timelineEntries({
    courses: [],
    draft,
    stored: { drug: [{ drug: 'cetuximab', start: '2024-01-05' }] },
    clinical: { systemic_therapy: [said], toxicities: [], questionnaires: [] } as never,
  });
  expect(entries.map(({ item, mark }) => [item.id, mark])).toEqual([
    ['drug-0', null],
    ['drug-1', 'unsaved'],
    ['toxicity-0', 'unsaved'],
  ]);
  expect(entries[0]?.item.detail).toContain('within the current course');
  expect(entries[1]?.item.detail).toContain('not compared');
  expect(entries[2]?.item.title).toBe('Dry mouth');
});
