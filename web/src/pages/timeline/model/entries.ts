/** Everything on the time axis, for the axis itself and for the table below it: one list, so that both always say the same. */
import type { Clinical, DrugResult, QuestionnaireResult, ToxicityResult } from '../../../api/clinical';
import type { DrugSettings, QuestionnaireSettings, Settings, ToxicitySettings } from '../../../api/settings';
import { timeItems, type TimeItem } from '../../../charts/timeItems';
import { canonical } from '../../../state/canonical';
import { entriesOf, type ListName } from './draftLists';
import { instrumentTitle, termTitle } from './knownNames';
import { settingsOfPlan } from './objectSettings';
import type { Mark, TimelineCourse } from './timelineCourses';

export interface TimelineEntry {
  item: TimeItem;
  /** Where it is known from. */
  source: 'DICOM' | 'a person';
  mark: Mark;
}

type Clinic = Pick<Clinical, 'systemic_therapy' | 'toxicities' | 'questionnaires'>;

export interface EntrySources {
  courses: readonly TimelineCourse[];
  draft: Settings;
  stored: Settings;
  /** What the engine said of these settings or of former ones; null before the first assessment. */
  clinical: Clinic | null;
}

export function timelineEntries({ courses, draft, stored, clinical }: EntrySources): TimelineEntry[] {
  const items = timeItems({
    courses: courses.map(({ summary }) => summary),
    clinical: clinicOf(draft, clinical),
    imaging: entriesOf(draft, 'imaging'),
  });
  return items.map((item): TimelineEntry => {
    const course = courses.find(({ summary }) => item.id === `course-${summary.id}`);
    if (course === undefined) return { item, source: 'a person', mark: listMark(item.id, draft, stored) };
    const source = course.record === null ? 'DICOM' : 'a person';
    return { item: courseItem(item, course, draft), source, mark: course.mark };
  });
}

/** What an entry is in the settings; null for a course. */
export function placeOf(id: string): { list: ListName; index: number } | null {
  const found = /^(drug|imaging|toxicity|questionnaire)-(\d+)$/.exec(id);
  return found === null ? null : { list: found[1] as ListName, index: Number(found[2]) };
}

function courseItem(item: TimeItem, { plans }: TimelineCourse, draft: Settings): TimeItem {
  if (plans.length === 0) return item;
  // A course whose only plan was refused has none in the assessment, and is not one that still waits for a plan.
  const detail = item.detail.replace('no plan yet', 'its plan was refused');
  const isLeftOut = plans.every((plan) => settingsOfPlan(draft, plan)?.ignore === true);
  return { ...item, detail, title: isLeftOut ? `${item.title} (left out)` : item.title };
}

/** An entry that is not among those that are stored was not saved. */
function listMark(id: string, draft: Settings, stored: Settings): Mark {
  const place = placeOf(id);
  if (place === null) return null;
  const own = canonical(entriesOf(draft, place.list)[place.index]);
  return entriesOf(stored, place.list).some((entry) => canonical(entry) === own) ? null : 'unsaved';
}

/** The entries of the draft, each with what the engine said of the same entry. */
function clinicOf(draft: Settings, clinical: Clinic | null): Clinic {
  return {
    systemic_therapy: entriesOf(draft, 'drug').map((drug) => drugResult(drug, clinical)),
    toxicities: entriesOf(draft, 'toxicity').map((seen) => toxicityResult(seen, clinical)),
    questionnaires: entriesOf(draft, 'questionnaire').map((filled) => questionnaireResult(filled, clinical)),
  };
}

export function drugResult(given: DrugSettings, clinical: Clinic | null): DrugResult {
  const { drug, start } = given;
  const end = given.end ?? null;
  const said = clinical?.systemic_therapy.find((one) => one.drug === drug && one.start === start && one.end === end);
  return (
    said ?? {
      drug,
      class: null,
      half_life_days: null,
      start,
      end,
      timing: 'not compared with the courses yet',
      rules: [],
      contradictions: [],
      no_consensus: [],
      signals: [],
    }
  );
}

export function toxicityResult(seen: ToxicitySettings, clinical: Clinic | null): ToxicityResult {
  const { term, grade, date } = seen;
  const baseline_grade = seen.baseline_grade ?? null;
  const said = clinical?.toxicities.find(
    (one) => one.id === term && one.grade === grade && one.date === date && one.baseline_grade === baseline_grade,
  );
  const attribution = seen.attribution ?? null;
  if (said !== undefined) return { ...said, attribution };
  return { id: term, term: termTitle(term), grade, words: null, date, baseline_grade, attribution, problem: null };
}

export function questionnaireResult(filled: QuestionnaireSettings, clinical: Clinic | null): QuestionnaireResult {
  const { instrument, date } = filled;
  const said = clinical?.questionnaires.find((one) => one.instrument === instrument && one.date === date);
  const title = instrumentTitle(instrument) ?? instrument;
  return said ?? { instrument, title, date, scales: [], licence: null, evidence: null, source: null, problem: null };
}
