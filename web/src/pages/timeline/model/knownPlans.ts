/** The plans and doses that a person can decide about: those that make courses, and those that were refused or left out. */
import type { CaseContents, InspectedPlan } from '../../../api/cases';
import type { Settings } from '../../../api/settings';
import type { Finding } from '../../../api/terms';
import { coursesOf } from '../../cases/contentsCourses';
import { entriesOf } from './draftLists';
import { type PlanName, settingsOfPlan } from './objectSettings';

export interface KnownPlan extends PlanName {
  /** Id of its course; null where it makes none. */
  course: string | null;
  inspected: InspectedPlan | null;
}

/** Findings whose subject is the label of a plan. */
const ABOUT_PLANS = new Set(['H13', 'H14', 'H15', 'H16', 'H17', 'H20', 'H21', 'H22', 'H23', 'H25', 'H37']);
/** Findings whose subject is the UID of a dose. */
const ABOUT_DOSES = new Set(['H04', 'H12', 'H13', 'H14', 'H16', 'H17', 'H18']);
/** Subjects that name the whole. */
const WHOLE = new Set(['folder', 'courses', 'patient']);

const UID = /^[0-9]+(\.[0-9]+)+$/;

/**
 * All plans. A plan that was refused is in no course, and what is to be decided about it is decided here all the same: it is known from
 * the finding that refused it.
 */
export function knownPlans(contents: CaseContents, settings: Settings, findings: readonly Finding[]): KnownPlan[] {
  const courses = coursesOf(contents);
  const inCourses = courses.flatMap(({ id, plans }) =>
    plans.filter(({ uid }) => uid !== '').map((plan) => ({ ...nameOf(plan), course: id, inspected: plan })),
  );
  const isKnown = (name: string): boolean => inCourses.some(({ uid, label }) => uid === name || label === name);
  const records = new Set(entriesOf(settings, 'prior_course').map(({ label }) => label));
  const refused = findings
    .filter(({ code, severity }) => severity === 'refuse' && ABOUT_PLANS.has(code))
    .map(({ subject }) => subject)
    .filter((subject) => !isKnown(subject) && !records.has(subject) && !WHOLE.has(subject) && !UID.test(subject));
  const stated = entriesOf(settings, 'plan')
    .map(({ plan }) => plan)
    .filter((name) => !isKnown(name));
  const others = [...new Set([...stated, ...refused])].map((name) => ({
    uid: UID.test(name) ? name : null,
    label: name,
    // The label of a course is that of its first plan, so that a refused one is found in its course.
    course: courses.find(({ label, plans }) => label === name && plans.length === 0)?.id ?? null,
    inspected: null,
  }));
  return [...inCourses, ...others];
}

/** Plans of no course, which are not left out: nothing else leads to them. */
export function looseEnds(
  plans: readonly KnownPlan[],
  settings: Settings,
): { loose: KnownPlan[]; leftOut: KnownPlan[] } {
  const isLeftOut = (plan: KnownPlan): boolean => settingsOfPlan(settings, plan)?.ignore === true;
  const others = plans.filter(({ course }) => course === null);
  return { loose: others.filter((plan) => !isLeftOut(plan)), leftOut: others.filter(isLeftOut) };
}

/** UIDs of doses that belong to no plan that is used: from the settings, and from findings about them. */
export function looseDoses(contents: CaseContents, settings: Settings, findings: readonly Finding[]): string[] {
  const used = new Set(
    coursesOf(contents).flatMap(({ plans }) => plans.flatMap(({ doses }) => doses.flatMap(sourcesOf))),
  );
  const named = findings
    .filter(({ code, subject }) => ABOUT_DOSES.has(code) && UID.test(subject))
    .map(({ subject }) => subject);
  const stated = entriesOf(settings, 'dose').map(({ dose }) => dose);
  return [...new Set([...stated, ...named])].filter((uid) => !used.has(uid));
}

const sourcesOf = ({ sources }: { sources: string[] }): string[] => sources;

function nameOf({ uid, label }: InspectedPlan): PlanName {
  return { uid, label };
}
