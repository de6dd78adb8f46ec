/** All names that were confirmed for centres. */
import type { Problem } from '../../api/cases';
import { asProblem, isAborted } from '../../api/client';
import { type ConfirmedName, listConfirmedNames, withdrawName } from '../../api/names';

export class ConfirmedNames {
  /** Null until it was read. */
  all = $state.raw<readonly ConfirmedName[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  isWithdrawing = $state(false);

  async read(signal?: AbortSignal): Promise<void> {
    try {
      this.all = await listConfirmedNames(signal);
      this.problem = null;
    } catch (thrown) {
      if (!isAborted(thrown)) this.problem = asProblem(thrown, 'listing the confirmed names');
    }
  }

  /** Whether it was done. What is shown is what the server holds. */
  async withdraw({ centre, drawn }: ConfirmedName): Promise<boolean> {
    if (this.isWithdrawing) return false;
    this.isWithdrawing = true;
    try {
      await withdrawName(centre, drawn);
      await this.read();
      return true;
    } catch (thrown) {
      const problem = asProblem(thrown, 'withdrawing a confirmed name');
      await this.read();
      this.problem = problem;
      return false;
    } finally {
      this.isWithdrawing = false;
    }
  }
}
