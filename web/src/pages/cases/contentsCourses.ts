/** The courses of what a case holds; they stand below the patient. */
import type { CaseContents, InspectedCourse } from '../../api/cases';

export function coursesOf(contents: CaseContents): InspectedCourse[] {
  return contents.courses ?? (contents.patients ?? []).flatMap(({ courses }) => courses);
}
