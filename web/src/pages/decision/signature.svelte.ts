/** Who signed the assessment, and whether that still holds. */
import type { Problem, SignatureStatus } from '../../api/cases';
import { asProblem, getSignature, removeSignature, sign } from '../../api/client';
import { openCase } from '../../state/case.svelte';

export class SignatureState {
  status = $state.raw<SignatureStatus | null>(null);
  problem = $state.raw<Problem | null>(null);
  isBusy = $state(false);

  /** To be called in an effect: reads again whenever the case changes. */
  follow(): (() => void) | undefined {
    const { id, summary } = openCase;
    if (id === null || summary === null) return undefined;
    const controller = new AbortController();
    void this.read(id, controller.signal);
    return () => controller.abort();
  }

  /** The password is asked for where there are accounts, and kept nowhere. */
  async sign(name: string, role: string, meaning: string, password?: string): Promise<boolean> {
    const signature = { name, role, meaning, ...(password === undefined ? {} : { password }) };
    return this.act('signing', async (id) => {
      this.status = await sign(id, signature);
    });
  }

  async remove(): Promise<boolean> {
    return this.act('removing the signature', async (id) => {
      await removeSignature(id);
      this.status = await getSignature(id);
    });
  }

  private async read(id: string, signal: AbortSignal): Promise<void> {
    try {
      const status = await getSignature(id, signal);
      if (!signal.aborted) this.status = status;
    } catch (thrown) {
      if (!signal.aborted) this.problem = asProblem(thrown, 'reading the signature');
    }
  }

  private async act(doing: string, task: (id: string) => Promise<void>): Promise<boolean> {
    const { id } = openCase;
    if (id === null || this.isBusy) return false;
    this.isBusy = true;
    this.problem = null;
    try {
      await task(id);
      await openCase.refresh();
      return true;
    } catch (thrown) {
      this.problem = asProblem(thrown, doing);
      return false;
    } finally {
      this.isBusy = false;
    }
  }
}
