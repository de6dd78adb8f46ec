/** What is kept while the browser is at a provider of identities, and how that went, as the address says afterwards. */

/** What the address says after the provider; other words count as none. */
const ENDS = ['signed-in', 'confirmed', 'refused', 'declined', 'expired', 'stale', 'unavailable', 'too-many'] as const;

export type ProviderEnd = (typeof ENDS)[number];

/** A signature that waits to be confirmed. */
export interface WaitingSignature {
  caseId: string;
  meaning: string;
}

export interface Kept {
  /** Of the page that was open. */
  hash: string;
  signing: WaitingSignature | null;
}

/** The part of `Storage` that is used. */
export type KeptStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const KEY = 'rert.provider';

/** Keeps what was open; a browser that refuses begins at the list of cases. */
export function keep(storage: KeptStorage, kept: Kept): void {
  try {
    storage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // Where the person was is lost, and nothing else.
  }
}

/** Takes what was kept, which is there once. */
export function takeKept(storage: KeptStorage): Kept | null {
  try {
    const text = storage.getItem(KEY);
    storage.removeItem(KEY);
    const kept: unknown = JSON.parse(text ?? 'null');
    return isKept(kept) ? kept : null;
  } catch {
    return null;
  }
}

export function endOf(search: string): ProviderEnd | null {
  const word = new URLSearchParams(search).get('provider');
  return ENDS.find((end) => end === word) ?? null;
}

/** What a person is told; null where it went well. */
export function wordsOf(end: ProviderEnd, provider: string): { title: string; hint: string } | null {
  switch (end) {
    case 'signed-in':
    case 'confirmed':
      return null;
    case 'refused':
      return {
        title: `You are known to ${provider}, and may not be let in by that here.`,
        hint: 'Ask who looks after the accounts; the log tells them why.',
      };
    case 'declined':
      return { title: `You were not signed in at ${provider}.`, hint: 'Begin again, if you meant to be.' };
    case 'expired':
      return { title: 'It took too long, or was begun in another window.', hint: 'Begin again.' };
    case 'stale':
      return {
        title: `${provider} did not ask who you are just now.`,
        hint: 'Confirm again; if it stays so, tell who looks after the program.',
      };
    case 'unavailable':
      return { title: `${provider} does not answer as it should.`, hint: 'Try again in a while.' };
    case 'too-many':
      return { title: 'There were too many attempts.', hint: 'Wait a while, then try again.' };
  }
}

function isKept(value: unknown): value is Kept {
  if (typeof value !== 'object' || value === null) return false;
  const { hash, signing } = value as Record<string, unknown>;
  return typeof hash === 'string' && hash.startsWith('#/') && (signing === null || isWaiting(signing));
}

function isWaiting(value: unknown): value is WaitingSignature {
  if (typeof value !== 'object' || value === null) return false;
  const { caseId, meaning } = value as Record<string, unknown>;
  return typeof caseId === 'string' && typeof meaning === 'string';
}
