/** Which server this is, who is signed in, and what that person may do. */
import type { Problem } from '../api/cases';
import { asProblem, getSession, isAborted, signIn, signOut } from '../api/client';
import type { Session, SignedIn } from '../api/session';
import { onSessionEnd } from '../api/sessionEnd';
import { listenToOtherWindows, tellOtherWindows } from './otherWindows';
import { type Operation, whyNot } from './permission';
import { sessionChange } from './sessionChange';
import { giveUpUnsaved } from './unsaved';

class SessionState {
  /** The last session in which somebody could use the workbench: it stays when it ends, since what is shown is of it. */
  current = $state.raw<Session | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** Nobody is signed in any more, and what was shown lies beneath the page to sign in. */
  hasEnded = $state(false);

  readonly isDepartment = $derived(this.current?.mode === 'department');
  readonly account = $derived<SignedIn | null>(this.isDepartment ? (this.current?.account ?? null) : null);
  /** Whether somebody has to sign in before anything can be shown. */
  readonly isClosed = $derived(this.isDepartment && this.account === null);
  /** Whose drafts are kept in the browser; null in local mode, where they are nobody's in particular. */
  readonly owner = $derived(this.account?.name ?? null);

  /** Counts what tells who is there: an answer that something newer has overtaken counts for nothing. */
  private turn = 0;
  /** Called when the person is back whose session had ended. */
  private resumed: () => void = () => undefined;

  /** Follows what the server and other windows tell; returns how to stop. */
  start(): () => void {
    void this.load();
    onSessionEnd(() => this.end());
    const lookAgain = (): void => {
      if (this.isDepartment && !document.hidden) void this.load();
    };
    const stop = listenToOtherWindows(() => {
      if (this.isDepartment) void this.load();
    });
    document.addEventListener('visibilitychange', lookAgain);
    return () => {
      stop();
      document.removeEventListener('visibilitychange', lookAgain);
    };
  }

  onResume(act: () => void): () => void {
    this.resumed = act;
    return () => (this.resumed = () => undefined);
  }

  async load(signal?: AbortSignal): Promise<void> {
    const turn = ++this.turn;
    try {
      const next = await getSession(signal);
      if (turn !== this.turn) return;
      this.take(next);
      this.problem = null;
    } catch (thrown) {
      if (turn === this.turn && !isAborted(thrown)) this.problem = asProblem(thrown, 'connecting to the server');
    }
  }

  /** Null where somebody is signed in now; else why not. The password is kept nowhere. */
  async signIn(name: string, password: string): Promise<Problem | null> {
    try {
      const next = await signIn(name, password);
      this.turn += 1;
      tellOtherWindows();
      this.take(next);
      return null;
    } catch (thrown) {
      return asProblem(thrown, 'signing in');
    }
  }

  /** Null where it was done; then everything that was in memory is gone. */
  async signOut(): Promise<Problem | null> {
    try {
      await signOut();
    } catch (thrown) {
      return asProblem(thrown, 'signing out');
    }
    tellOtherWindows();
    beginAfresh();
    return null;
  }

  /** Why this person may not do something; undefined where it is allowed. */
  whyNot(operation: Operation): string | undefined {
    return whyNot(this.current, operation);
  }

  allows(operation: Operation): boolean {
    return this.whyNot(operation) === undefined;
  }

  private end(): void {
    this.turn += 1;
    if (this.account !== null) this.hasEnded = true;
  }

  private take(next: Session): void {
    const change = sessionChange(this.current, next);
    if (change === 'ended') this.end();
    else if (change === 'another-person') beginAfresh();
    else {
      this.current = next;
      const isBack = this.hasEnded;
      this.hasEnded = false;
      if (isBack) this.resumed();
    }
  }
}

/** Loads the workbench anew at the list of cases: nothing of the person before stays in memory, or in the address. */
function beginAfresh(): void {
  giveUpUnsaved();
  history.replaceState(null, '', '#/cases');
  location.reload();
}

export const session = new SessionState();
