/**
 * Another registration that is tried out in the place of that of the settings. It never enters the draft, so that it cannot be saved.
 *
 * The server keeps the case open with it: working that out takes its time once, and then the two are changed for each other at once.
 */
import { untrack } from 'svelte';
import type { Job, Problem } from '../api/cases';
import { asProblem, isAborted, listMaps, listVariants, startVariant } from '../api/client';
import type { MapInfo } from '../api/volumes';
import { openCase } from './case.svelte';
import { jobs } from './jobs.svelte';
import { offeredKinds } from './otherRegistration';

/** The part of the server that is used. */
export interface RegistrationServer {
  maps: typeof listMaps;
  variants: typeof listVariants;
  start: typeof startVariant;
}

/** A registration that is being worked out, to be shown when that is done. */
interface Order {
  readonly use: string;
  jobId: string | null;
}

export class RegistrationTrial {
  /** The registration that is tried; null for that of the settings. */
  use = $state<string | null>(null);
  awaited = $state.raw<Order | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** All maps of the case, as it is assessed. */
  maps = $state.raw<readonly MapInfo[]>([]);
  /** Registrations with which the server has the case open. */
  ready = $state.raw<readonly string[]>([]);

  /** Kinds that can be tried instead. */
  readonly kinds = $derived(offeredKinds(this.maps, openCase.stored?.settings.registration));
  /** The job that works another registration out, also where another window began it. */
  readonly job = $derived<Job | undefined>(openCase.id === null ? undefined : jobs.variantOf(openCase.id));
  /** What the answers are of; null while the server does not have the case at hand. */
  private readonly key = $derived(
    openCase.id !== null && openCase.summary?.is_open === true && openCase.job?.kind !== 'assessment'
      ? `${openCase.id} ${openCase.assessmentEtag}`
      : null,
  );
  readonly isAtHand = $derived(this.key !== null);

  private caseId: string | null = null;
  private isFollowed = false;
  /** What was tried last, to go to and fro. */
  private last: string | null = null;
  /** What was worked out anew by itself. */
  private again: string | null = null;

  constructor(
    private readonly server: RegistrationServer = { maps: listMaps, variants: listVariants, start: startVariant },
  ) {}

  /** To be called in an effect, on a page that shows what is tried: with the page, or another assessment, the trial ends. */
  follow(): () => void {
    const { key } = this;
    return untrack(() => {
      if (openCase.id !== this.caseId) this.forget(openCase.id);
      this.isFollowed = true;
      const controller = new AbortController();
      if (key !== null) void this.read(controller.signal);
      return () => {
        controller.abort();
        this.isFollowed = false;
        this.goBack();
      };
    });
  }

  /** Tries a registration, at once or as soon as it is worked out; null goes back. What was being worked out is given up. */
  async choose(use: string | null): Promise<void> {
    void this.giveUp();
    [this.problem, this.again] = [null, null];
    if (use === null) this.goBack();
    else if (this.ready.includes(use)) this.show(use);
    else await this.workOut(use);
  }

  /** Back to the registration of the settings. */
  goBack(): void {
    this.use = null;
  }

  /** To and fro between the registration of the settings and the one that was tried last. */
  toggle(): void {
    if (this.use !== null) this.goBack();
    else if (this.last !== null && this.ready.includes(this.last)) this.show(this.last);
  }

  /** Stops what is being worked out. */
  async giveUp(): Promise<void> {
    const jobId = this.awaited?.jobId ?? null;
    this.awaited = null;
    if (jobId !== null) await jobs.cancel(jobId);
  }

  /** The server does not have it at hand after all: it keeps few cases open. It is worked out anew, but not for ever. */
  lost(use: string): void {
    this.ready = this.ready.filter((one) => one !== use);
    if (this.use !== use) return;
    this.goBack();
    if (this.again !== use) {
      this.again = use;
      void this.workOut(use);
      return;
    }
    this.problem = {
      code: 'registration-let-go',
      doing: 'trying another registration',
      subject: use,
      message: 'the server does not have the case at hand with this registration any more',
      hint: 'Choose it again, and it is worked out anew.',
    };
  }

  private show(use: string): void {
    [this.use, this.last] = [use, use];
  }

  private forget(caseId: string | null): void {
    this.caseId = caseId;
    [this.maps, this.ready] = [[], []];
    [this.awaited, this.problem, this.last, this.again] = [null, null, null, null];
  }

  private async read(signal: AbortSignal): Promise<void> {
    const { caseId } = this;
    if (caseId === null) return;
    try {
      const [maps, variants] = await Promise.all([
        this.server.maps(caseId, signal),
        this.server.variants(caseId, signal),
      ]);
      if (signal.aborted) return;
      this.maps = maps;
      // The server lists what it is still working on as well.
      this.ready = variants.filter((use) => use !== this.awaited?.use);
    } catch (thrown) {
      const problem = asProblem(thrown, 'listing other registrations');
      // A case that is not open is opened by the page.
      if (!signal.aborted && !isAborted(thrown) && problem.code !== 'not-open') this.problem = problem;
    }
  }

  private async workOut(use: string): Promise<void> {
    const { caseId } = this;
    if (caseId === null) return;
    const order: Order = { use, jobId: null };
    this.awaited = order;
    try {
      const started = await this.server.start(caseId, use);
      jobs.take(started);
      order.jobId = started.id;
      if (this.awaited !== order) await jobs.cancel(started.id);
      this.take(order, await jobs.ended(started.id));
    } catch (thrown) {
      if (this.awaited !== order) return;
      this.awaited = null;
      this.problem = asProblem(thrown, 'working out another registration');
    }
  }

  private take(order: Order, ended: Job): void {
    if (this.awaited !== order) return;
    this.awaited = null;
    if (ended.state === 'failed') this.problem = ended.error;
    if (ended.state !== 'done') return;
    this.ready = [...this.ready.filter((use) => use !== order.use), order.use];
    this.last = order.use;
    if (this.isFollowed) this.show(order.use);
  }
}

export const registrationTrial = new RegistrationTrial();
