/** Who sees which case, as rows of cases and columns of accounts. */
import type { Account, GrantedCase } from '../../api/administration';

/** Accounts to which single cases are given: those that see all need none, and an administrator sees no case at all. */
export function granteesOf(accounts: readonly Account[]): Account[] {
  return accounts.filter(({ role, sees_all, is_disabled }) => role !== 'admin' && !sees_all && !is_disabled);
}

/** Accounts that see every case, whatever was given. */
export function overseersOf(accounts: readonly Account[]): Account[] {
  return accounts.filter(({ role, sees_all, is_disabled }) => role !== 'admin' && sees_all && !is_disabled);
}

/** The list after a case was given or taken. */
export function withGrant(cases: readonly GrantedCase[], id: string, account: string, isGiven: boolean): GrantedCase[] {
  return cases.map((one) => {
    if (one.id !== id) return one;
    const others = one.granted_to.filter((name) => name !== account);
    return { ...one, granted_to: isGiven ? [...others, account] : others };
  });
}

/** Cases whose label holds all words. */
export function casesWith(cases: readonly GrantedCase[], words: string): GrantedCase[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return cases.filter(({ label }) => wanted.every((word) => label.toLowerCase().includes(word)));
}
