/** The registrations that numbers rest on, in words. */
import type { RegistrationSummary } from '../../api/assessment';
import { shortKind } from '../alignment/mapWords';

/** Those that lead to another frame: within one frame nothing is chosen. */
export function between(registrations: readonly RegistrationSummary[]): RegistrationSummary[] {
  return registrations.filter(({ kind }) => kind !== 'same-frame');
}

/** The kind that is in use, where it is one. */
export function usedWords(registrations: readonly RegistrationSummary[]): string {
  const kinds = [...new Set(between(registrations).map(({ kind }) => kind))];
  return kinds.length === 1 ? shortKind(kinds[0] ?? '') : 'as assessed';
}

export interface CourseStanding {
  course: string;
  words: string;
  /** Whether numbers rest on it that nobody stands for, or that are bounds alone. */
  isOpen: boolean;
}

/** What carries the dose of each prior course, and whether a person accepted it. */
export function courseStandings(registrations: readonly RegistrationSummary[]): CourseStanding[] {
  return registrations.map(({ course, kind, accepted }) => {
    const name = shortKind(kind);
    if (kind === 'same-frame') return { course, words: name, isOpen: false };
    return { course, words: `${name}, ${accepted ? 'accepted' : 'not accepted'}`, isOpen: !accepted };
  });
}
