/** The names of the open case, and what is about to be confirmed of them. */
import type { Problem } from '../../api/cases';
import { ApiProblem, asProblem, isAborted } from '../../api/client';
import { getNames, putNames, type StructureName } from '../../api/names';
import { openCase } from '../../state/case.svelte';
import { type NameRow, rowsOf, toSend } from './nameRows';

/** The settings of the case were changed by somebody else meanwhile. */
const CHANGED = [409, 412];

export class CaseNames {
  /** Null until it was read. */
  all = $state.raw<readonly StructureName[] | null>(null);
  rows = $state.raw<NameRow[]>([]);
  /** Why they could not be read. */
  problem = $state.raw<Problem | null>(null);
  /** Why what was sent last was not confirmed. */
  refusal = $state.raw<Problem | null>(null);
  isSending = $state(false);

  /** Confirmed names that are to be corrected. */
  private reopened: readonly string[] = [];
  private id: string | null = null;
  private controller: AbortController | null = null;

  /** Reads them whenever settings or assessment of the open case become others; returns how to stop. */
  follow(): () => void {
    // Named here so that each new one begins another reading.
    void [openCase.stored?.etag, openCase.assessmentEtag];
    void this.read(openCase.id);
    return () => this.controller?.abort();
  }

  async read(id: string | null = openCase.id): Promise<void> {
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    if (id !== this.id) this.forget(id);
    if (id === null) return;
    try {
      const names = await getNames(id, controller.signal);
      if (this.controller === controller) this.take(names);
    } catch (thrown) {
      if (this.controller === controller && !isAborted(thrown)) this.problem = asProblem(thrown, 'reading names');
    }
  }

  /** Takes a confirmed name among those to confirm, so that it can be corrected. */
  reopen(drawn: string): void {
    this.reopened = [...this.reopened, drawn];
    this.take(this.all ?? []);
  }

  /** Confirms what stands in the selected rows; how many that were, or null where it was not done. */
  async confirm(): Promise<number | null> {
    const { id } = this;
    const names = toSend(this.rows);
    if (id === null || names.length === 0 || this.isSending) return null;
    this.isSending = true;
    this.refusal = null;
    try {
      const next = await putNames(id, names);
      if (this.id === id) {
        this.controller?.abort();
        this.reopened = [];
        this.take(next);
        await openCase.refresh();
      }
      return names.length;
    } catch (thrown) {
      if (this.id === id) await this.notConfirmed(thrown);
      return null;
    } finally {
      this.isSending = false;
    }
  }

  private async notConfirmed(thrown: unknown): Promise<void> {
    this.refusal = asProblem(thrown, 'confirming names of structures');
    if (!(thrown instanceof ApiProblem) || !CHANGED.includes(thrown.status)) return;
    await openCase.refresh();
    await this.read();
  }

  private take(names: readonly StructureName[]): void {
    this.all = names;
    this.rows = rowsOf(names, this.rows, this.reopened);
    this.problem = null;
  }

  private forget(id: string | null): void {
    this.id = id;
    this.all = null;
    this.rows = [];
    this.reopened = [];
    this.problem = null;
    this.refusal = null;
  }
}
