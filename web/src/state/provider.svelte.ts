/** The way to a provider of identities and back: the page is left and loaded anew, and goes on where it was. */
import type { Problem } from '../api/cases';
import { asProblem } from '../api/client';
import { beginConfirmation, beginSignIn } from '../api/provider';
import { addressOf, parseRoute } from './route';
import { endOf, keep, type ProviderEnd, takeKept, type WaitingSignature } from './providerReturn';

/** A signature that was confirmed is given at once after coming back; what has changed by then is looked at again. */
const COMPLETED_WITHIN_MS = 20_000;

class ProviderState {
  /** How it went, until something is tried again. */
  end = $state.raw<ProviderEnd | null>(null);
  private signing: WaitingSignature | null = null;
  private backAt = 0;

  /** Takes up what the address says, before anything looks at it; returns how to stop. */
  start(): () => void {
    const end = endOf(location.search);
    if (end !== null) {
      const kept = takeKept(sessionStorage);
      this.end = end;
      this.signing = kept?.signing ?? null;
      this.backAt = performance.now();
      history.replaceState(null, '', `/${addressOf(parseRoute(kept?.hash ?? ''))}`);
    }
    return () => undefined;
  }

  /** Leaves to sign in; tells why not where that cannot be. */
  async signIn(): Promise<Problem | null> {
    return this.leave('signing in', null, beginSignIn);
  }

  /** Leaves to confirm a signature; tells why not where that cannot be. */
  async confirm(signing: WaitingSignature): Promise<Problem | null> {
    return this.leave('confirming a signature', signing, () => beginConfirmation(signing.caseId));
  }

  /** What was typed for the signature of a case before the page was left, once. */
  takeTyped(caseId: string): { meaning: string; isConfirmed: boolean } | null {
    const { signing } = this;
    if (signing?.caseId !== caseId) return null;
    this.signing = null;
    const isSoon = performance.now() - this.backAt < COMPLETED_WITHIN_MS;
    return { meaning: signing.meaning, isConfirmed: this.end === 'confirmed' && isSoon };
  }

  /** Whether a signature waits on the page that is opened. */
  get isSigning(): boolean {
    return this.signing !== null;
  }

  private async leave(
    doing: string,
    signing: WaitingSignature | null,
    begin: () => Promise<string>,
  ): Promise<Problem | null> {
    this.end = null;
    try {
      const address = await begin();
      keep(sessionStorage, { hash: location.hash === '' ? '#/cases' : location.hash, signing });
      location.assign(address);
      return null;
    } catch (thrown) {
      return asProblem(thrown, doing);
    }
  }
}

export const provider = new ProviderState();
