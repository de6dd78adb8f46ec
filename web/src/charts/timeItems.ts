/** What a patient has been through, as items on one time axis. A day that is not known is never guessed. */
import type { CourseSummary } from '../api/assessment';
import type { Clinical } from '../api/clinical';
import { dayNumber, intervalText } from './calendar';
import { NOT_KNOWN, dose, plain } from './wording';

export type LaneId = 'courses' | 'systemic' | 'imaging' | 'toxicity' | 'questionnaires';

export interface TimeItem {
  id: string;
  lane: LaneId;
  title: string;
  detail: string;
  /** First and last day; both are nothing where no day is known. */
  start: number | null;
  end: number | null;
  /** How it is drawn from its first to its last day. */
  shape: 'bar' | 'point';
  /** A bar that goes on: nothing says that it ended. */
  isOpen: boolean;
  /** Planned and not given yet. */
  isPlanned: boolean;
  /** Of a course: its id, for its colour; the interval to the current course in words. */
  course: string | null;
  interval: { text: string; until: number } | null;
  /** Days of single fractions, where they are known. */
  fractionDays: number[];
  /** Of toxicity: the CTCAE grade. */
  grade: number | null;
}

/** A value measured on an image, as the settings hold it. */
export interface ImagingEntry {
  modality: string;
  measure: string;
  value: number;
  date?: string | null;
}

export interface TimeSources {
  courses: readonly CourseSummary[];
  clinical: Pick<Clinical, 'systemic_therapy' | 'toxicities' | 'questionnaires'> | null;
  /** From the settings: the assessment does not repeat the days of images. */
  imaging: readonly ImagingEntry[];
  /** Days of the fractions by the id of the course, where records tell. */
  fractionDays?: Readonly<Record<string, readonly string[]>>;
}

const PLAIN_ITEM = {
  shape: 'point',
  isOpen: false,
  isPlanned: false,
  course: null,
  interval: null,
  fractionDays: [],
  grade: null,
} as const satisfies Partial<TimeItem>;

export function timeItems(sources: TimeSources): TimeItem[] {
  const clinical = sources.clinical;
  return [
    ...sources.courses.map((course) => courseItem(course, sources)),
    ...(clinical?.systemic_therapy ?? []).map(drugItem),
    ...sources.imaging.map(imagingItem),
    ...(clinical?.toxicities ?? []).map(toxicityItem),
    ...(clinical?.questionnaires ?? []).map(questionnaireItem),
  ];
}

function courseItem(course: CourseSummary, sources: TimeSources): TimeItem {
  const current = sources.courses.find((candidate) => candidate.role === 'current');
  const until = dayNumber(current?.start_date);
  const days = course.interval_days;
  const hasInterval = course.role === 'prior' && days !== null && until !== null;
  const start = dayNumber(course.start_date);
  const end = dayNumber(course.end_date);
  return {
    ...PLAIN_ITEM,
    id: `course-${course.id}`,
    lane: 'courses',
    title: `${course.id} ${course.role} · ${course.label}`,
    detail: courseDetail(course),
    start: start ?? end,
    end: end ?? start,
    shape: 'bar',
    isPlanned: course.is_to_come,
    course: course.id,
    interval: hasInterval ? { text: intervalText(days, until), until } : null,
    fractionDays: (sources.fractionDays?.[course.id] ?? []).flatMap((date) => dayNumber(date) ?? []),
  };
}

/** Days, prescription and fractions of a course in words, as in the printed report. */
function courseDetail(course: CourseSummary): string {
  const plans = course.plans.map((plan) => {
    const prescription = plan.prescription_gy === null ? `prescription ${NOT_KNOWN}` : dose(plan.prescription_gy);
    const fractions = course.is_to_come
      ? `${plan.fractions_planned} planned fractions`
      : `${plan.fractions_delivered}/${plan.fractions_planned} fractions`;
    return `${prescription} in ${fractions}, ${plan.modality}`;
  });
  const record = course.known_by_record ? ['known by its record only'] : [];
  const none = course.plans.length === 0 && !course.known_by_record ? ['no plan yet'] : [];
  return [daysText(course.start_date, course.end_date), ...plans, ...none, ...record].join(' · ');
}

function daysText(start: string | null, end: string | null): string {
  if (start !== null && end !== null) return `${start} to ${end}`;
  if (start !== null) return `from ${start}, end ${NOT_KNOWN}`;
  return end === null ? `date ${NOT_KNOWN}` : `to ${end}, start ${NOT_KNOWN}`;
}

function drugItem(drug: Clinical['systemic_therapy'][number], index: number): TimeItem {
  const start = dayNumber(drug.start);
  const end = dayNumber(drug.end);
  const isOpen = drug.end === null;
  return {
    ...PLAIN_ITEM,
    id: `drug-${index}`,
    lane: 'systemic',
    title: drug.drug,
    detail: isOpen
      ? `from ${drug.start}, no end stated · ${drug.timing}`
      : `${drug.start} to ${drug.end} · ${drug.timing}`,
    start,
    end: end ?? start,
    shape: 'bar',
    isOpen,
  };
}

function imagingItem(image: ImagingEntry, index: number): TimeItem {
  const day = dayNumber(image.date);
  return {
    ...PLAIN_ITEM,
    id: `imaging-${index}`,
    lane: 'imaging',
    title: `${image.modality} ${image.measure} ${plain(image.value)}`,
    detail: day === null ? `date ${NOT_KNOWN}` : String(image.date),
    start: day,
    end: day,
  };
}

function toxicityItem(seen: Clinical['toxicities'][number], index: number): TimeItem {
  const day = dayNumber(seen.date);
  const before = seen.baseline_grade === null ? '' : ` · grade ${seen.baseline_grade} before`;
  const problem = seen.problem === null ? '' : ` · ${seen.problem}`;
  return {
    ...PLAIN_ITEM,
    id: `toxicity-${index}`,
    lane: 'toxicity',
    title: seen.term ?? seen.id,
    detail: `CTCAE grade ${seen.grade} · ${seen.date}${before}${problem}`,
    start: day,
    end: day,
    grade: seen.grade,
  };
}

function questionnaireItem(filled: Clinical['questionnaires'][number], index: number): TimeItem {
  const day = dayNumber(filled.date);
  return {
    ...PLAIN_ITEM,
    id: `questionnaire-${index}`,
    lane: 'questionnaires',
    title: filled.instrument.toUpperCase(),
    detail: `${filled.title} · ${filled.date}`,
    start: day,
    end: day,
  };
}

export const LANE_TITLES: Record<LaneId, string> = {
  courses: 'Courses',
  systemic: 'Systemic therapy',
  imaging: 'Imaging',
  toxicity: 'Toxicity (CTCAE)',
  questionnaires: 'Questionnaires',
};

export const LANE_ORDER: readonly LaneId[] = ['courses', 'systemic', 'imaging', 'toxicity', 'questionnaires'];
