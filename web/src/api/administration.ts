/** Accounts, who may see which case, and the log of what was done. Only a department has these. */
import { part, query, request, requestJson } from './request';
import type { SignedIn } from './session';
import type { TimeText } from './terms';

export interface Account extends SignedIn {
  id: string;
  is_disabled: boolean;
}

export interface NewAccount extends Omit<SignedIn, 'is_linked'> {
  /** A service has none, nor has who signs in by the provider of identities. */
  password?: string;
}

export type AccountChange = Partial<Pick<Account, 'printed_name' | 'role' | 'sees_all' | 'is_disabled'>> & {
  password?: string;
  /** It is left to the provider of identities: it has no password any longer, and is linked to who signs in to it next. */
  by_provider?: boolean;
};

/** A case as an administrator knows it: by its label, and by nothing of the patient. */
export interface GrantedCase {
  id: string;
  label: string;
  /** Names of accounts. */
  granted_to: readonly string[];
}

export type Outcome = 'done' | 'denied' | 'failed';

export interface AuditEntry {
  number: number;
  at: TimeText;
  /** Name of an account; null where nobody was signed in. */
  actor: string | null;
  role: string | null;
  address: string | null;
  action: string;
  case: string | null;
  outcome: Outcome;
  detail: string | null;
  previous_sha256: string;
  sha256: string;
}

/** The last entry, in whose hash all before it are. */
export interface AuditHead {
  number: number;
  sha256: string;
}

export interface AuditPage {
  /** In increasing order. */
  entries: readonly AuditEntry[];
  head: AuditHead | null;
}

export interface Verification {
  n_entries: number;
  head: AuditHead | null;
  /** Where the chain breaks, and how; null where it holds. */
  broken: string | null;
}

type Signal = AbortSignal | undefined;

export async function listAccounts(signal?: Signal): Promise<Account[]> {
  const answer = await requestJson<{ accounts: Account[] }>('/accounts', { doing: 'listing the accounts', signal });
  return answer.accounts;
}

/** The token is that of a service, and is never told again. */
export function addAccount(account: NewAccount, signal?: Signal): Promise<{ account: Account; token: string | null }> {
  return requestJson('/accounts', { doing: 'adding an account', method: 'POST', json: account, signal });
}

export function changeAccount(name: string, change: AccountChange, signal?: Signal): Promise<Account> {
  const path = `/accounts/${part(name)}`;
  return requestJson(path, { doing: 'changing an account', method: 'PATCH', json: change, signal });
}

/** Another token for a service; the former one stops to work. */
export async function renewToken(name: string, signal?: Signal): Promise<string> {
  const path = `/accounts/${part(name)}/token`;
  const answer = await requestJson<{ token: string }>(path, { doing: 'making a token', method: 'POST', signal });
  return answer.token;
}

export async function listGrants(signal?: Signal): Promise<GrantedCase[]> {
  const answer = await requestJson<{ cases: GrantedCase[] }>('/grants', {
    doing: 'listing who sees which case',
    signal,
  });
  return answer.cases;
}

export async function giveCase(id: string, account: string, signal?: Signal): Promise<void> {
  await request(grantPath(id, account), { doing: 'giving a case to an account', method: 'PUT', signal });
}

export async function takeCase(id: string, account: string, signal?: Signal): Promise<void> {
  await request(grantPath(id, account), { doing: 'taking a case from an account', method: 'DELETE', signal });
}

/** Entries from a number on; the last ones where none is named. */
export function getAudit(from: number | null, signal?: Signal): Promise<AuditPage> {
  const path = `/audit${query({ from: from ?? undefined })}`;
  return requestJson(path, { doing: 'reading the log', signal });
}

export function verifyAudit(signal?: Signal): Promise<Verification> {
  return requestJson('/audit/verification', { doing: 'verifying the log', signal });
}

function grantPath(id: string, account: string): string {
  return `/grants/${part(id)}/${part(account)}`;
}
