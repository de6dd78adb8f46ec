/** Which cases are shown, and in which order. */
import type { CaseSummary } from '../../api/cases';

export type SortKey = 'case' | 'type' | 'state' | 'created';

export interface Sorting {
  key: SortKey;
  isDescending: boolean;
}

/** The newest case is what a person usually looks for. */
export const FIRST_SORTING: Sorting = { key: 'created', isDescending: true };

/** What needs a person first: refused, then not up to date, then not assessed. */
const URGENCY = { refused: 0, outdated: 1, imported: 2, assessed: 3 } as const;

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The sorting after the head of a column was pressed: the other way round for the same column. */
export function sortedBy(before: Sorting, key: SortKey): Sorting {
  return before.key === key ? { key, isDescending: !before.isDescending } : { key, isDescending: key === 'created' };
}

/** Cases that hold all words, sorted. */
export function arranged(cases: readonly CaseSummary[], words: string, sorting: Sorting): CaseSummary[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const found = cases.filter((one) => wanted.every((word) => wordsOf(one).includes(word)));
  const sign = sorting.isDescending ? -1 : 1;
  return found.sort((a, b) => sign * compare(a, b, sorting.key) || collator.compare(a.label, b.label));
}

function wordsOf({ label, patient, courses, type, state }: CaseSummary): string {
  const ofCourses = courses.flatMap((course) => [course.label, course.start_date]);
  const all = [label, patient?.name, patient?.id, patient?.birth_date, ...ofCourses, type, state];
  return all
    .filter((word) => typeof word === 'string')
    .join(' ')
    .toLowerCase();
}

function compare(a: CaseSummary, b: CaseSummary, key: SortKey): number {
  switch (key) {
    case 'case':
      return collator.compare(a.label, b.label);
    case 'type':
      // A type that is not known stands last.
      return collator.compare(a.type ?? '\uffff', b.type ?? '\uffff');
    case 'state':
      return URGENCY[a.state] - URGENCY[b.state] || b.n_exceeded - a.n_exceeded;
    case 'created':
      return Date.parse(a.created) - Date.parse(b.created);
  }
}

/** A moment as a person here reads it, to the minute. */
export function momentText(time: string): string {
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return 'not known';
  const two = (n: number): string => String(n).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** A number of bytes in three digits. */
export function bytesText(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${UNITS[power] ?? ''}`;
}
