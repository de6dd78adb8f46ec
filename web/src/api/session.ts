/** Who uses the workbench, and what that person may do. */
import { request, requestJson } from './request';

/** `local`: one person on one machine, without accounts. `department`: everybody signs in. */
export type Mode = 'local' | 'department';
export type Role = 'viewer' | 'physicist' | 'physician' | 'admin' | 'service';

export interface SignedIn {
  /** What is typed to sign in. */
  name: string;
  /** What stands under a signature. */
  printed_name: string;
  role: Role;
  /** Whether all cases can be seen, and not only those that were given. */
  sees_all: boolean;
  /** Whether one signs in by the provider of identities, and confirms there what one signs. */
  is_linked: boolean;
}

export interface Session {
  version: string;
  mode: Mode;
  knowledge_sha256: string;
  /** Whether people may sign in with passwords. */
  takes_passwords: boolean;
  /** The provider of identities by which people may sign in, as they call it; null where there is none. */
  provider: string | null;
  /** Null in local mode, and while nobody is signed in. */
  account: SignedIn | null;
  /** Ids of the operations, as the description of the interface names them, that this person may use. */
  may: readonly string[];
}

type Signal = AbortSignal | undefined;

export function getSession(signal?: Signal): Promise<Session> {
  return requestJson('/session', { doing: 'connecting to the server', signal });
}

/** Fails with the code `sign-in-refused`, or `too-many` after too many attempts. */
export function signIn(name: string, password: string, signal?: Signal): Promise<Session> {
  return requestJson('/session', { doing: 'signing in', method: 'POST', json: { name, password }, signal });
}

export async function signOut(signal?: Signal): Promise<void> {
  await request('/session', { doing: 'signing out', method: 'DELETE', signal });
}

/** Fails with the code `wrong-password` for the current one, and `password` for a new one that is not taken. */
export async function changePassword(current: string, next: string, signal?: Signal): Promise<void> {
  const json = { current, new: next };
  await request('/session/password', { doing: 'changing the password', method: 'PUT', json, signal });
}
