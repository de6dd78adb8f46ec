/**
 * The courses as the edited settings have them, as far as that needs no engine.
 *
 * Days, fractions, role and kind of radiation are shown as they are stated. What follows from them, as intervals, is taken away
 * until the engine has said it again.
 */
import type { CourseSummary, PlanSummary } from '../../../api/assessment';
import type { CaseContents, InspectedCourse, InspectedPlan } from '../../../api/cases';
import type { PriorCourseSettings, Settings } from '../../../api/settings';
import { canonical } from '../../../state/canonical';
import { coursesOf } from '../../cases/contentsCourses';
import { entriesOf } from './draftLists';
import type { KnownPlan } from './knownPlans';
import { settingsOfPlan } from './objectSettings';

/** `unsaved`: edited and not saved; `pending`: saved, and the numbers are of former settings. */
export type Mark = 'unsaved' | 'pending' | null;

export interface TimelineCourse {
  summary: CourseSummary;
  plans: readonly KnownPlan[];
  /** Its place among the earlier courses that a person entered; null for one that came as DICOM. */
  record: number | null;
  mark: Mark;
}

export interface CourseSources {
  /** Courses of the assessment; null where there is none. */
  assessed: readonly CourseSummary[] | null;
  contents: CaseContents | null;
  plans: readonly KnownPlan[];
  draft: Settings;
  stored: Settings;
}

export function timelineCourses(sources: CourseSources): TimelineCourse[] {
  const { draft, stored, contents } = sources;
  const inspected = (): InspectedCourse[] => (contents === null ? [] : coursesOf(contents));
  const base = sources.assessed ?? inspected().map((course) => summaryOf(course, stored));
  const records = entriesOf(draft, 'prior_course');
  const isRecord = (course: CourseSummary): boolean => course.known_by_record;
  const kept = base.filter((course) => !isRecord(course) || records.some(({ label }) => label === course.label));
  const known = kept.map((course) => edited(course, sources));
  const added = records.flatMap((record, index) =>
    kept.some((course) => isRecord(course) && course.label === record.label)
      ? []
      : [newCourse(record, index, recordMark(stored, record))],
  );
  return withCurrent(inTime(known, added), base, sources);
}

/** New courses among those that are known as the engine will order them: by the first day, and without one at the front. */
function inTime(known: readonly TimelineCourse[], added: readonly TimelineCourse[]): TimelineCourse[] {
  const all = [...known];
  for (const course of added) {
    const day = course.summary.start_date ?? '';
    const at = all.findIndex(({ summary }) => summary.role === 'current' || (summary.start_date ?? '') > day);
    all.splice(at < 0 ? all.length : at, 0, course);
  }
  return all;
}

function edited(course: CourseSummary, sources: CourseSources): TimelineCourse {
  const { draft, stored, plans } = sources;
  if (course.known_by_record) {
    const record = entriesOf(draft, 'prior_course').findIndex(({ label }) => label === course.label);
    const own = entriesOf(draft, 'prior_course')[record];
    if (own === undefined) return { summary: course, plans: [], record: null, mark: null };
    const stated = recordMark(stored, own);
    const now = recordSummary(own, course.id);
    const isSame = canonical(shownOf(now)) === canonical(shownOf(course));
    const summary = isSame ? course : { ...now, interval_days: null };
    return { summary, plans: [], record, mark: stated ?? (isSame ? null : 'pending') };
  }
  const own = plans.filter((plan) => plan.course === course.id);
  const summary = withPlans(course, own, draft);
  const statements = (settings: Settings): string =>
    canonical(own.map((plan) => settingsOfPlan(settings, plan) ?? null));
  const isUnsaved = statements(stored) !== statements(draft);
  const isPending = canonical(shownOf(summary)) !== canonical(shownOf(course));
  return { summary, plans: own, record: null, mark: isUnsaved ? 'unsaved' : isPending ? 'pending' : null };
}

function withPlans(course: CourseSummary, known: readonly KnownPlan[], draft: Settings): CourseSummary {
  const stated = known.map((plan) => settingsOfPlan(draft, plan));
  const days = (field: 'start_date' | 'end_date'): string[] => stated.flatMap((plan) => plan?.[field] ?? []).sort();
  const isWhole = (field: 'start_date' | 'end_date'): boolean =>
    known.length > 0 && stated.every((plan) => plan?.[field] !== undefined);
  const start = first([...days('start_date'), ...(isWhole('start_date') ? [] : [course.start_date])]);
  const end = last([...days('end_date'), ...(isWhole('end_date') ? [] : [course.end_date])]);
  const isMoved = start !== course.start_date || end !== course.end_date;
  return {
    ...course,
    start_date: start,
    end_date: end,
    interval_days: isMoved ? null : course.interval_days,
    plans: course.plans.map((plan, index) => planAsStated(plan, draft, known, index)),
  };
}

/** The plans of the assessment have labels alone; their order is that of what was inspected, where both hold as many. */
function planAsStated(plan: PlanSummary, draft: Settings, known: readonly KnownPlan[], index: number): PlanSummary {
  const own = known[index]?.label === plan.label ? known[index] : known.find(({ label }) => label === plan.label);
  const stated = own === undefined ? undefined : settingsOfPlan(draft, own);
  return {
    ...plan,
    modality: stated?.modality ?? plan.modality,
    fractions_planned: stated?.fractions_planned ?? plan.fractions_planned,
    fractions_delivered: stated?.fractions_delivered ?? plan.fractions_delivered,
  };
}

/** Another current course, where the draft names one; and no interval that runs to a day which has changed. */
function withCurrent(
  courses: TimelineCourse[],
  base: readonly CourseSummary[],
  { draft, stored }: CourseSources,
): TimelineCourse[] {
  const named = draft.case?.current_course;
  const current = named === undefined ? undefined : courses.find((course) => isNamed(course, named));
  const before = base.find(({ role }) => role === 'current');
  const roleMark: Mark = named === stored.case?.current_course ? 'pending' : 'unsaved';
  const roled = courses.map((course): TimelineCourse => {
    const role = current === undefined ? course.summary.role : course === current ? 'current' : 'prior';
    if (role === course.summary.role) return course;
    return { ...course, summary: { ...course.summary, role }, mark: course.mark ?? roleMark };
  });
  const now = roled.find(({ summary }) => summary.role === 'current')?.summary;
  const isSame = before === undefined || (before.id === now?.id && before.start_date === now.start_date);
  const withoutInterval = (course: TimelineCourse): TimelineCourse => ({
    ...course,
    summary: { ...course.summary, interval_days: null },
  });
  return isSame ? roled : roled.map(withoutInterval);
}

/** Whether settings that name a course mean this one: its label or id, or the label or UID of a plan. */
export function isNamed({ summary, plans }: TimelineCourse, name: string): boolean {
  return (
    summary.label === name || summary.id === name || plans.some(({ uid, label }) => uid === name || label === name)
  );
}

function newCourse(record: PriorCourseSettings, index: number, stated: Mark): TimelineCourse {
  return { summary: recordSummary(record, `N${index + 1}`), plans: [], record: index, mark: stated ?? 'pending' };
}

function recordSummary(record: PriorCourseSettings, id: string): CourseSummary {
  return {
    id,
    label: record.label,
    role: 'prior',
    start_date: record.start_date ?? null,
    end_date: record.end_date ?? null,
    interval_days: null,
    is_to_come: false,
    known_by_record: true,
    note: record.note ?? null,
    plans: [planOf(record)],
  };
}

const NO_DETAILS = {
  dose_type: '',
  rbe_applied: null,
  rbe_included: false,
  rbe_model: null,
  fractions_per_day: null,
  hours_between: null,
  fraction_doses: 'total-over-fractions',
} as const;

function planOf({ label, modality, fractions, prescription_gy }: PriorCourseSettings): PlanSummary {
  const counts = { fractions_planned: fractions, fractions_delivered: fractions };
  return { ...NO_DETAILS, ...counts, label, modality, prescription_gy };
}

/** A course before its assessment, from what was found at import. */
function summaryOf(course: InspectedCourse, stored: Settings): CourseSummary {
  const isRecord = entriesOf(stored, 'prior_course').some(({ label }) => label === course.label);
  const { id, label, role, start_date, interval_days } = course;
  return {
    id,
    label,
    role,
    start_date,
    end_date: null,
    interval_days,
    // Whether it has begun is found by the assessment; until then nothing of the current course is called delivered.
    is_to_come: role === 'current',
    known_by_record: isRecord && course.plans.every(({ uid }) => uid === ''),
    note: null,
    plans: course.plans.flatMap(inspectedPlan),
  };
}

function inspectedPlan(plan: InspectedPlan): PlanSummary[] {
  const { label, modality, dose_type, prescription_gy, fractions_planned, fractions_delivered } = plan;
  // Without them the text of the axis would have to invent a number.
  if (fractions_planned === null || fractions_delivered === null) return [];
  return [{ ...NO_DETAILS, label, modality, dose_type, prescription_gy, fractions_planned, fractions_delivered }];
}

/** What the axis shows of a course. */
function shownOf({ start_date, end_date, plans }: CourseSummary): unknown {
  return [
    start_date,
    end_date,
    plans.map((plan) => [plan.modality, plan.fractions_planned, plan.fractions_delivered, plan.prescription_gy]),
  ];
}

function recordMark(stored: Settings, record: PriorCourseSettings): Mark {
  const before = entriesOf(stored, 'prior_course').find(({ label }) => label === record.label);
  return canonical(before) === canonical(record) ? null : 'unsaved';
}

function first(days: (string | null)[]): string | null {
  return days.filter((day) => day !== null).sort()[0] ?? null;
}

function last(days: (string | null)[]): string | null {
  return (
    days
      .filter((day) => day !== null)
      .sort()
      .at(-1) ?? null
  );
}
