/** What the server is working on, kept up to date by its events. */
import { SvelteMap } from 'svelte/reactivity';
import { asProblem, cancelJob, listJobs } from '../api/client';
import { isEnded, isVariant, type Job, type Problem } from '../api/cases';
import { notify } from '../design/toasts.svelte';
import { connection } from './connection.svelte';
import { session } from './session.svelte';

class Jobs {
  problem = $state.raw<Problem | null>(null);
  private readonly byId = new SvelteMap<string, Job>();
  private readonly waiting = new Map<string, ((job: Job) => void)[]>();

  /** Jobs that are queued or running. */
  readonly active = $derived([...this.byId.values()].filter((job) => !isEnded(job)));
  /** All jobs: those that are active, then those that ended, the newest first. */
  readonly all = $derived([...this.active, ...[...this.byId.values()].filter(isEnded).reverse()]);

  /** Follows the events of the server; returns how to stop. */
  start(): () => void {
    void this.load();
    return connection.listen({ job: (job) => this.take(job), reload: () => void this.load() });
  }

  /** The active job that changes a case, as its assessment. */
  ofCase(caseId: string): Job | undefined {
    return this.active.find((job) => job.case === caseId && !isVariant(job));
  }

  /** The active job that works a case out with another registration. */
  variantOf(caseId: string): Job | undefined {
    return this.active.find((job) => job.case === caseId && isVariant(job));
  }

  /** Takes in the state of a job, as the answer to its start gives it. */
  take(job: Job): void {
    const known = this.byId.get(job.id);
    // An answer to the start may come after the event that tells of the end.
    if (known !== undefined && isEnded(known) && !isEnded(job)) return;
    this.byId.set(job.id, job);
    if (isEnded(job)) this.settle(job);
  }

  /** Resolves when the job has ended, in whatever way. */
  ended(id: string): Promise<Job> {
    const known = this.byId.get(id);
    if (known !== undefined && isEnded(known)) return Promise.resolve(known);
    return new Promise((resolve) => this.waiting.set(id, [...(this.waiting.get(id) ?? []), resolve]));
  }

  async cancel(id: string): Promise<void> {
    try {
      await cancelJob(id);
    } catch (thrown) {
      notify('problem', asProblem(thrown, 'cancelling a job').message);
    }
  }

  private async load(): Promise<void> {
    if (!session.allows('get_jobs')) return;
    try {
      const listed = await listJobs();
      this.problem = null;
      this.dropVanished(listed);
      listed.forEach((job) => this.take(job));
    } catch (thrown) {
      this.problem = asProblem(thrown, 'listing the jobs');
    }
  }

  /** A server that was started again knows nothing of former jobs: they will not end by themselves. */
  private dropVanished(listed: readonly Job[]): void {
    for (const job of [...this.byId.values()]) {
      if (isEnded(job) || listed.some(({ id }) => id === job.id)) continue;
      const error = {
        code: 'job-vanished',
        doing: job.stage,
        subject: job.kind,
        message: 'the server was started again and does not know this job any more',
        hint: 'Start it again.',
      };
      this.take({ ...job, state: 'failed', error });
    }
  }

  private settle(job: Job): void {
    this.waiting.get(job.id)?.forEach((resolve) => resolve(job));
    this.waiting.delete(job.id);
  }
}

export const jobs = new Jobs();
