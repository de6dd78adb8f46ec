/** Names of scores and of their classes. */
import type { ScoreResult } from '../../api/clinical';

/** Results of former versions hold the name of the class in the place of the name of the score. */
function isMixedUp(score: ScoreResult): boolean {
  return score.state === 'computed' && score.class_title === undefined;
}

export function scoreTitle(score: ScoreResult): string {
  return isMixedUp(score) ? score.id : (score.title ?? score.id);
}

/** The class in words; nothing where a score has none. */
export function scoreClass(score: ScoreResult): string | null {
  if (score.state !== 'computed' || score.class === null) return null;
  return (isMixedUp(score) ? score.title : score.class_title) ?? score.class;
}
