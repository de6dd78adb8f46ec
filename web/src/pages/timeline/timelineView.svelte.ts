/** What the page shows and what is selected in it. */
import type { CaseContents, Problem } from '../../api/cases';
import { asProblem, getContents, isAborted } from '../../api/client';
import type { Settings } from '../../api/settings';
import type { Finding } from '../../api/terms';
import { notify } from '../../design/toasts.svelte';
import { openCase } from '../../state/case.svelte';
import { live } from '../../state/live.svelte';
import { coursesOf } from '../cases/contentsCourses';
import { add, change, entriesOf, type EntryOf, type ListName, type Patch, takeOut } from './model/draftLists';
import { placeOf, timelineEntries } from './model/entries';
import { knownPlans, looseDoses, looseEnds } from './model/knownPlans';
import { problemPlace } from './model/problemPlace';
import { timelineCourses } from './model/timelineCourses';

/** What a person can add to the time axis. */
export type NewKind = 'drug' | 'imaging' | 'toxicity' | 'questionnaire' | 'prior_course';
export type Selection = { kind: 'case' } | { kind: 'entry'; id: string } | { kind: 'new'; what: NewKind };

/** New entries that were begun and lack something still, one for each kind. */
export type Begun = { [Name in NewKind]: Partial<EntryOf<Name>> };

const NOTHING: Settings = {};
const NONE_BEGUN: Begun = { drug: {}, imaging: {}, toxicity: {}, questionnaire: {}, prior_course: {} };

export class TimelineView {
  selection = $state.raw<Selection>({ kind: 'case' });
  /** Kept here, so that what was begun is still there after a look at something else. */
  begun = $state.raw<Begun>(NONE_BEGUN);
  contents = $state.raw<CaseContents | null>(null);
  contentsProblem = $state.raw<Problem | null>(null);

  private readonly stored = $derived(openCase.stored?.settings ?? NOTHING);
  readonly findings = $derived<readonly Finding[]>(live.assessment?.findings ?? this.contents?.findings ?? []);
  readonly plans = $derived(
    this.contents === null
      ? []
      : knownPlans(this.contents, openCase.draft, [...this.contents.findings, ...this.findings]),
  );
  readonly loose = $derived(looseEnds(this.plans, openCase.draft));
  readonly looseDoses = $derived(
    this.contents === null
      ? []
      : looseDoses(this.contents, openCase.draft, [...this.contents.findings, ...this.findings]),
  );
  readonly courses = $derived(
    timelineCourses({
      assessed: openCase.assessment?.courses ?? null,
      contents: this.contents,
      plans: this.plans,
      draft: openCase.draft,
      stored: this.stored,
    }),
  );
  readonly entries = $derived(
    timelineEntries({
      courses: this.courses,
      draft: openCase.draft,
      stored: this.stored,
      clinical: live.assessment?.clinical ?? null,
    }),
  );
  /** Names of structures that are drawn in the current course. */
  readonly structures = $derived(
    coursesOf(this.contents ?? { findings: [] })
      .filter(({ role }) => role === 'current')
      .flatMap(({ structures }) => structures.map(({ name }) => name)),
  );

  /** Why the server does not take the settings as they are edited; forms show it where it belongs. */
  readonly problem = $derived<Problem | null>(
    openCase.saveProblem ?? (live.problem?.code === 'settings' ? live.problem : null),
  );
  readonly problemEntry = $derived(
    this.problem === null ? null : problemPlace(this.problem.message, openCase.draft, this.courses),
  );

  readonly selectedId = $derived(this.selection.kind === 'entry' ? this.selection.id : null);
  readonly selectedEntry = $derived(this.entries.find(({ item }) => item.id === this.selectedId) ?? null);
  readonly selectedCourse = $derived(
    this.courses.find(({ summary }) => `course-${summary.id}` === this.selectedId) ?? null,
  );

  /** Reads what the case holds; returns how to stop. */
  read(caseId: string): () => void {
    const controller = new AbortController();
    getContents(caseId, controller.signal).then(
      (contents) => {
        this.contents = contents;
        this.contentsProblem = null;
      },
      (thrown: unknown) => {
        if (!isAborted(thrown)) this.contentsProblem = asProblem(thrown, 'reading what the case holds');
      },
    );
    return () => controller.abort();
  }

  select(id: string): void {
    this.selection = { kind: 'entry', id };
  }

  begin(what: NewKind): void {
    this.selection = { kind: 'new', what };
  }

  showCase(): void {
    this.selection = { kind: 'case' };
  }

  /** The entry that a finding is about; null where it is about none of the axis. */
  entryOf(subject: string): string | null {
    const course = this.courses.find(({ summary }) => summary.label === subject || summary.id === subject);
    if (course !== undefined) return `course-${course.summary.id}`;
    return problemPlace(`"${subject}"`, openCase.draft, this.courses);
  }

  /** Adds an entry and selects it. */
  add<Name extends NewKind>(what: Name, entry: EntryOf<Name>): void {
    const at = add(openCase.draft, what, entry);
    if (what !== 'prior_course') this.select(`${what}-${at}`);
    else this.selectRecord(at);
  }

  /** Takes an entry that a person made out of the settings; it can be put back. */
  remove(id: string): void {
    const course = this.courses.find(({ summary }) => `course-${summary.id}` === id);
    const place = course === undefined ? placeOf(id) : recordPlace(course.record);
    if (place === null) return;
    const title = this.entries.find(({ item }) => item.id === id)?.item.title ?? 'The entry';
    const { list, index } = place;
    const taken = takeOut(openCase.draft, list, index);
    this.showCase();
    if (taken === undefined) return;
    const caseId = openCase.id;
    const back = (): void => {
      // By then another case may be open.
      if (openCase.id === caseId)
        add(openCase.draft, list, taken, Math.min(index, entriesOf(openCase.draft, list).length));
    };
    notify('note', `${title} was removed from the draft.`, { label: 'Undo', act: back });
  }

  /** Changes an earlier course; one that gets another label stays selected. */
  changeRecord(record: number, patch: Patch<EntryOf<'prior_course'>>): void {
    change(openCase.draft, 'prior_course', record, patch);
    this.selectRecord(record);
  }

  /** Whether an entry can be removed: what came as DICOM cannot. */
  isRemovable(id: string): boolean {
    const course = this.courses.find(({ summary }) => `course-${summary.id}` === id);
    return course === undefined ? placeOf(id) !== null : course.record !== null;
  }

  private selectRecord(at: number): void {
    const course = this.courses.find(({ record }) => record === at);
    if (course !== undefined) this.select(`course-${course.summary.id}`);
  }
}

function recordPlace(record: number | null): { list: ListName; index: number } | null {
  return record === null ? null : { list: 'prior_course', index: record };
}
