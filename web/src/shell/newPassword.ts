/** What can be said of a new password before the server is asked; which passwords are good enough, it alone decides. */

export interface TypedPasswords {
  current: string;
  next: string;
  again: string;
}

export type PasswordSlip = { field: keyof TypedPasswords; reason: string };

/** The first slip; null where there is none. */
export function passwordSlip({ current, next, again }: TypedPasswords): PasswordSlip | null {
  if (current === '') return { field: 'current', reason: 'Your current password is needed.' };
  if (next === '') return { field: 'next', reason: 'A new password is needed.' };
  if (next === current) return { field: 'next', reason: 'This is the current one.' };
  if (next !== again) return { field: 'again', reason: 'This is not the same as the new password.' };
  return null;
}

/** The field that an answer of the server is about; null where it is about none. */
export function fieldOfProblem(code: string): keyof TypedPasswords | null {
  if (code === 'wrong-password') return 'current';
  return code === 'password' ? 'next' : null;
}
