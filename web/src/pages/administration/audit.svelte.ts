/** The log as far as it was read, and whether it holds. */
import { type AuditEntry, type AuditHead, getAudit, type Verification, verifyAudit } from '../../api/administration';
import type { Problem } from '../../api/cases';
import { asProblem, isAborted } from '../../api/client';
import { earlierFrom, withEarlier } from './auditLog';

export class Audit {
  /** In increasing order; null until it was read. */
  entries = $state.raw<readonly AuditEntry[] | null>(null);
  head = $state.raw<AuditHead | null>(null);
  verification = $state.raw<Verification | null>(null);
  problem = $state.raw<Problem | null>(null);
  isReading = $state(false);
  isVerifying = $state(false);

  readonly hasEarlier = $derived(this.entries !== null && earlierFrom(this.entries) !== null);

  /** Reads the end of the log. */
  async read(signal?: AbortSignal): Promise<void> {
    await this.ask('reading the log', async () => {
      const page = await getAudit(null, signal);
      this.entries = page.entries;
      this.head = page.head;
    });
  }

  async readEarlier(): Promise<void> {
    const from = earlierFrom(this.entries ?? []);
    if (from === null) return;
    await this.ask('reading the log', async () => {
      const page = await getAudit(from);
      this.entries = withEarlier(this.entries ?? [], page);
      this.head = page.head;
    });
  }

  async verify(): Promise<void> {
    this.isVerifying = true;
    this.verification = null;
    await this.ask('verifying the log', async () => {
      this.verification = await verifyAudit();
    });
    this.isVerifying = false;
  }

  private async ask(doing: string, task: () => Promise<void>): Promise<void> {
    this.isReading = true;
    try {
      await task();
      this.problem = null;
    } catch (thrown) {
      if (!isAborted(thrown)) this.problem = asProblem(thrown, doing);
    } finally {
      this.isReading = false;
    }
  }
}
