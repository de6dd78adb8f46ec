/** The α/β in use, as text that can be compared. */
import type { Assessment } from '../api/assessment';

/** Those of everything but the outer contour, which is no tissue. */
export function basesOf(assessment: Assessment | null): string {
  const tissues = assessment?.structures.filter(({ kind }) => kind !== 'external') ?? [];
  return basesText(tissues.map((structure) => structure.alpha_beta_gy));
}

/** Each once, in increasing order. */
export function basesText(all: readonly (number | null)[]): string {
  const known = all.filter((alphaBeta) => alphaBeta !== null);
  return [...new Set(known)].sort((a, b) => a - b).join(' ');
}
