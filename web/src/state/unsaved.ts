/** Asks before the window closes while something would be lost. */

type Check = () => boolean;

const checks = new Set<Check>();

/** Adds a check that tells whether something would be lost; returns how to take it back. */
export function guardUnsaved(check: Check): () => void {
  checks.add(check);
  return () => checks.delete(check);
}

/** Whether anything would be lost now. */
export function isAnythingUnsaved(): boolean {
  return [...checks].some((check) => check());
}

/** Nothing is asked any more: the person to whom it belonged is not there to answer. */
export function giveUpUnsaved(): void {
  checks.clear();
}

/** Guards the window; returns how to stop. */
export function startUnsavedGuard(): () => void {
  const ask = (event: BeforeUnloadEvent): void => {
    if (isAnythingUnsaved()) event.preventDefault();
  };
  addEventListener('beforeunload', ask);
  return () => removeEventListener('beforeunload', ask);
}
