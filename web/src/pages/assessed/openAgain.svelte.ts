/** Opens a case of which the numbers are stored and the doses are not at hand: after a restart, or when many cases were looked at. */
import type { Problem } from '../../api/cases';
import { ApiProblem, asProblem, startAssessment } from '../../api/client';
import { openCase } from '../../state/case.svelte';
import { jobs } from '../../state/jobs.svelte';
import { live } from '../../state/live.svelte';
import { notAtHand } from '../../state/notAtHand';

export class OpenAgain {
  problem = $state.raw<Problem | null>(null);
  private tried: string | null = null;
  private answered: Problem | null = null;

  /** Whether the server has the doses at hand, so that settings can be tried. */
  readonly isOpen = $derived(openCase.summary?.is_open === true && openCase.job?.kind !== 'assessment');

  /** Begins once for each case and each time that it was closed; to be called in an effect. */
  watch(): void {
    const { id, assessment, summary, job } = openCase;
    if (id === null || assessment === null || summary === null) return;
    this.lookAgain(live.problem);
    if (summary.is_open) {
      this.tried = null;
      this.problem = null;
    } else if (job === undefined && this.tried !== id) {
      void this.begin(id);
    }
  }

  /** The server closes a case without a word when many others are opened; a trial that it refuses tells. */
  lookAgain(problem: Problem | null): void {
    if (problem?.code !== 'not-open' || problem === this.answered) return;
    this.answered = problem;
    void openCase.refresh();
  }

  async begin(id: string): Promise<void> {
    this.tried = id;
    this.problem = null;
    // Reading the doses again is an assessment, which not everybody may begin.
    if (openCase.assessHindrance !== undefined) {
      this.problem = notAtHand(openCase.assessHindrance);
      return;
    }
    try {
      jobs.take(await startAssessment(id));
    } catch (thrown) {
      // Another part of the workbench began at the same time.
      const isBusy = thrown instanceof ApiProblem && thrown.code === 'busy';
      if (!isBusy) this.problem = asProblem(thrown, 'opening the case');
    }
  }
}
