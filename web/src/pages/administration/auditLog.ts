/** The log as it was read so far, from the end backwards. */
import type { AuditEntry, AuditPage, Outcome } from '../../api/administration';

/** How many entries the server tells at once. */
const N_A_PAGE = 1000;
const FIRST_NUMBER = 1;

export interface AuditFilter {
  actor: string | null;
  case: string | null;
  outcome: Outcome | null;
}

export const NO_FILTER: AuditFilter = { actor: null, case: null, outcome: null };

/** Where to read on backwards; null where the first entry was read. */
export function earlierFrom(entries: readonly AuditEntry[]): number | null {
  const first = entries[0]?.number;
  return first === undefined || first <= FIRST_NUMBER ? null : Math.max(FIRST_NUMBER, first - N_A_PAGE);
}

/** The entries with an earlier page before them; what both hold stands once. */
export function withEarlier(entries: readonly AuditEntry[], { entries: earlier }: AuditPage): AuditEntry[] {
  const first = entries[0]?.number ?? Infinity;
  return [...earlier.filter(({ number }) => number < first), ...entries];
}

/** Those that pass, the newest first. */
export function filtered(entries: readonly AuditEntry[], { actor, case: id, outcome }: AuditFilter): AuditEntry[] {
  return entries
    .filter((entry) => actor === null || (entry.actor ?? NOBODY) === actor)
    .filter((entry) => id === null || entry.case === id)
    .filter((entry) => outcome === null || entry.outcome === outcome)
    .reverse();
}

/** Stands for entries of which nobody is known, as a sign-in that was refused; no account has this name. */
export const NOBODY = '';

/** The accounts that occur, in alphabetical order. */
export function actorsOf(entries: readonly AuditEntry[]): string[] {
  return [...new Set(entries.map(({ actor }) => actor ?? NOBODY))].sort();
}

/** The ids of cases that occur, in the order of their first entry. */
export function casesOf(entries: readonly AuditEntry[]): string[] {
  return [...new Set(entries.flatMap((entry) => (entry.case === null ? [] : [entry.case])))];
}
