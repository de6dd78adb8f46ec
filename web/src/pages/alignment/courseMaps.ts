/** The maps to one prior course, and what belongs to them. */
import type { Assessment, CourseSummary } from '../../api/assessment';
import type { LandmarkSettings } from '../../api/settings';
import type { MapInfo } from '../../api/volumes';
import { isOfCourse } from './registrationDraft';

export interface CourseMaps {
  readonly course: CourseSummary;
  /** Landmarks without a course belong to the first prior one. */
  readonly isFirst: boolean;
  readonly maps: readonly MapInfo[];
  /** The map that carries its dose, or the word that none does; null where nothing is listed. */
  readonly used: MapInfo | null;
  readonly landmarks: readonly LandmarkSettings[];
}

/** The prior courses that a map is listed for, in their order. */
export function courseMaps(
  assessment: Assessment | null,
  maps: readonly MapInfo[],
  landmarks: readonly LandmarkSettings[],
): CourseMaps[] {
  const priors = (assessment?.courses ?? []).filter(({ role }) => role === 'prior');
  return priors.flatMap((course, index) => {
    const own = maps.filter((map) => map.course === course.id);
    if (own.length === 0) return [];
    return [
      {
        course,
        isFirst: index === 0,
        maps: own,
        used: own.find(({ is_used }) => is_used) ?? own.find(({ kind }) => kind === 'none') ?? null,
        landmarks: landmarks.filter((landmark) => isOfCourse(landmark, course, index === 0)),
      },
    ];
  });
}
