/** Keeps settings that were edited and not yet saved, case by case, over a reload or a crash of the window. */
import type { Settings } from '../api/settings';

export interface KeptDraft {
  /** Tag of the stored settings that the draft began from. */
  etag: string;
  draft: Settings;
  /** When it was kept, RFC 3339. */
  at: string;
}

/** The part of `Storage` that is used. */
export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The name of the account whose draft it is; null where there are no accounts. */
export type DraftOwner = string | null;

/** A name cannot hold the sign that parts it from the case, so that no two owners meet in one key. */
function key(caseId: string, owner: DraftOwner): string {
  return owner === null ? `rert.draft.${caseId}` : `rert.draft/${encodeURIComponent(owner)}/${caseId}`;
}

/** Keeps a draft; false where the browser refuses, so that leaving must be asked about. */
export function keepDraft(storage: DraftStorage, caseId: string, kept: KeptDraft, owner: DraftOwner = null): boolean {
  try {
    storage.setItem(key(caseId, owner), JSON.stringify(kept));
    return true;
  } catch {
    return false;
  }
}

/** The draft of a case; what cannot be read is none. */
export function readDraft(storage: DraftStorage, caseId: string, owner: DraftOwner = null): KeptDraft | null {
  try {
    const kept: unknown = JSON.parse(storage.getItem(key(caseId, owner)) ?? 'null');
    return isKeptDraft(kept) ? kept : null;
  } catch {
    return null;
  }
}

export function forgetDraft(storage: DraftStorage, caseId: string, owner: DraftOwner = null): void {
  try {
    storage.removeItem(key(caseId, owner));
  } catch {
    // A storage that cannot be written holds nothing that could mislead.
  }
}

function isKeptDraft(kept: unknown): kept is KeptDraft {
  if (typeof kept !== 'object' || kept === null) return false;
  const { etag, at, draft } = kept as Record<string, unknown>;
  return typeof etag === 'string' && typeof at === 'string' && typeof draft === 'object' && draft !== null;
}
