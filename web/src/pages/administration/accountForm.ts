/** What is typed of an account, and what of it is to be sent. */
import type { Account, AccountChange, NewAccount } from '../../api/administration';
import type { Role } from '../../api/session';

export interface TypedAccount {
  name: string;
  printed_name: string;
  role: Role;
  sees_all: boolean;
}

export const EMPTY_ACCOUNT: TypedAccount = { name: '', printed_name: '', role: 'viewer', sees_all: false };

export function typedOf({ name, printed_name, role, sees_all }: Account): TypedAccount {
  return { name, printed_name, role, sees_all };
}

/** What is still needed; undefined where nothing is. */
export function missingOf({ name, printed_name }: TypedAccount): string | undefined {
  if (name.trim() === '') return 'The name to sign in with is needed.';
  return printed_name.trim() === '' ? 'The name as it is printed is needed.' : undefined;
}

/** A service signs in with its token, so that a password that was typed before the role was chosen is not sent. */
export function newAccount(typed: TypedAccount, password: string): NewAccount {
  const account = { ...typed, name: typed.name.trim(), printed_name: typed.printed_name.trim() };
  return typed.role === 'service' || password === '' ? account : { ...account, password };
}

/** The fields that differ; null where none does. */
export function changeOf(before: Account, typed: TypedAccount): AccountChange | null {
  const change: AccountChange = {};
  const printedName = typed.printed_name.trim();
  if (printedName !== before.printed_name) change.printed_name = printedName;
  if (typed.role !== before.role) change.role = typed.role;
  if (typed.sees_all !== before.sees_all) change.sees_all = typed.sees_all;
  return Object.keys(change).length === 0 ? null : change;
}

/** Whoever took the administration from themselves could not give it back. */
export function whyNotOwn(account: Pick<Account, 'name'>, own: string | null): string | undefined {
  return account.name === own ? 'This is your own account.' : undefined;
}
