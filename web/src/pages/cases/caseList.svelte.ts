/** The list of cases, kept up to date by the events of the server. It stays while other pages are shown. */
import type { BrokenCase, CaseSummary, Problem } from '../../api/cases';
import { asProblem, isAborted, listCases } from '../../api/client';
import { connection } from '../../state/connection.svelte';

/** Events come in bursts: one look for all of them. */
const PAUSE_MS = 150;

class CaseList {
  cases = $state.raw<readonly CaseSummary[]>([]);
  /** Cases that cannot be read. */
  broken = $state.raw<readonly BrokenCase[]>([]);
  /** Whether the list was read at least once: before, nothing is known, which is not the same as no case. */
  isRead = $state(false);
  problem = $state.raw<Problem | null>(null);

  private controller: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Reads and follows; returns how to stop. */
  start(): () => void {
    void this.read();
    const soon = (): void => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.read(), PAUSE_MS);
    };
    const stop = connection.listen({ case: soon, reload: soon });
    return () => {
      stop();
      clearTimeout(this.timer);
    };
  }

  async read(): Promise<void> {
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    try {
      const { cases, broken } = await listCases(controller.signal);
      if (this.controller !== controller) return;
      this.cases = cases;
      this.broken = broken;
      this.isRead = true;
      this.problem = null;
    } catch (thrown) {
      if (!isAborted(thrown) && this.controller === controller) this.problem = asProblem(thrown, 'listing the cases');
    }
  }
}

export const caseList = new CaseList();
