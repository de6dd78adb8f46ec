/** Cases and to whom they are given. */
import { giveCase, type GrantedCase, listGrants, takeCase } from '../../api/administration';
import type { Problem } from '../../api/cases';
import { asProblem, isAborted } from '../../api/client';
import { notify } from '../../design/toasts.svelte';
import { withGrant } from './grants';

export class Grants {
  /** Null until it was read. */
  cases = $state.raw<readonly GrantedCase[] | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** What is on its way: a box that is pressed twice must not overtake itself. */
  busy = $state.raw<readonly string[]>([]);

  async read(signal?: AbortSignal): Promise<void> {
    try {
      this.cases = await listGrants(signal);
      this.problem = null;
    } catch (thrown) {
      if (!isAborted(thrown)) this.problem = asProblem(thrown, 'listing who sees which case');
    }
  }

  isBusy(id: string, account: string): boolean {
    return this.busy.includes(`${id} ${account}`);
  }

  /** Gives or takes a case. What is shown is what the server did. */
  async set(id: string, account: string, isGiven: boolean): Promise<void> {
    const key = `${id} ${account}`;
    if (this.cases === null || this.busy.includes(key)) return;
    this.busy = [...this.busy, key];
    try {
      await (isGiven ? giveCase(id, account) : takeCase(id, account));
      this.cases = withGrant(this.cases, id, account, isGiven);
    } catch (thrown) {
      const { message, hint } = asProblem(thrown, isGiven ? 'giving a case' : 'taking a case');
      notify('problem', `${message}. ${hint}`.trim());
      // The box shows again what holds.
      this.cases = [...this.cases];
    } finally {
      this.busy = this.busy.filter((other) => other !== key);
    }
  }
}
