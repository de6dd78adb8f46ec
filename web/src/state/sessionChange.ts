/** What another answer of the server about the session means for what is shown. */
import type { Session } from '../api/session';

/**
 * `same`: nothing that is shown has to go. `ended`: nobody is signed in any more; what was shown may be the same person's again.
 * `another-person`: nothing of what is in memory may be seen by whoever is there now.
 */
export type SessionChange = 'same' | 'ended' | 'another-person';

/** `before` is the last session in which somebody could use the workbench, or the first answer. */
export function sessionChange(before: Session | null, after: Session): SessionChange {
  if (before === null) return 'same';
  // Another server answers now, with cases of its own.
  if (before.mode !== after.mode) return 'another-person';
  const [was, is] = [nameOf(before), nameOf(after)];
  if (was === null || was === is) return 'same';
  return is === null ? 'ended' : 'another-person';
}

function nameOf({ mode, account }: Session): string | null {
  return mode === 'department' ? (account?.name ?? null) : null;
}
