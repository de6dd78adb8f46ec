/** To which entry of the time axis a refusal of the server belongs: it names its subject between quotation marks. */
import type { Settings } from '../../../api/settings';
import type { TimelineCourse } from './timelineCourses';
import { entriesOf } from './draftLists';

/** The id of the entry; null where it is about the case or cannot be told. */
export function problemPlace(message: string, draft: Settings, courses: readonly TimelineCourse[]): string | null {
  const subjects = [...message.matchAll(/"([^"]*)"/g)].map(([, subject = '']) => subject);
  for (const subject of subjects) {
    const course = courses.find((one) => isAbout(subject, one, draft));
    if (course !== undefined) return `course-${course.summary.id}`;
  }
  return null;
}

function isAbout(subject: string, { summary, plans, record }: TimelineCourse, draft: Settings): boolean {
  if (plans.some(({ uid, label }) => uid === subject || label === subject)) return true;
  const own = record === null ? undefined : entriesOf(draft, 'prior_course')[record];
  if (own === undefined) return false;
  // A range of an organ is told with the name of the organ alone.
  return summary.label === subject || (own.organ ?? []).some(({ structure }) => structure === subject);
}
