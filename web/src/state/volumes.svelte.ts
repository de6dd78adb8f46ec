/**
 * What can be laid over the image of the open case: the list, the maps, and the values of what is shown.
 *
 * The server answers one question after the other, so that layers are loaded one by one, in the order in which they are wanted. A
 * case that is not open at the server is assessed by itself.
 */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Assessment } from '../api/assessment';
import type { Problem } from '../api/cases';
import { ApiProblem, asProblem, getVolume, isAborted, listMaps, listVolumes, startAssessment } from '../api/client';
import type { MapInfo, VolumeInfo } from '../api/volumes';
import { basesOf, basesText } from './bases';
import { ByteBudgetCache } from './byteBudgetCache';
import { canonical } from './canonical';
import { openCase } from './case.svelte';
import { jobs } from './jobs.svelte';
import { layerOf, type LoadedLayer } from './layer';
import { live } from './live.svelte';
import { notAtHand } from './notAtHand';

/** What the browser may hold of values that are not shown at the moment. */
const MOST_BYTES = 768 * 1024 * 1024;
/** A case that is closed again and again by the server is not opened again and again. */
const MOST_OPENINGS = 3;

/** A layer that is on its way. */
export interface Loading {
  readonly id: string;
  /** Null while the server computes, or where it does not say how much there is. */
  readonly fraction: number | null;
}

class CaseVolumes {
  /** Null until it is known. */
  list = $state.raw<readonly VolumeInfo[] | null>(null);
  maps = $state.raw<readonly MapInfo[] | null>(null);
  /** Why nothing can be laid over the image. */
  problem = $state.raw<Problem | null>(null);
  /** Whether the case is being assessed because nothing could be asked of it. */
  isOpening = $state(false);
  loading = $state.raw<Loading | null>(null);
  /** Why a layer did not come. */
  readonly failures = new SvelteMap<string, Problem>();

  private caseId: string | null = null;
  private tag = '';
  private bases = '';
  private tried = '';
  private objects = '';
  private arrivals = $state(0);
  private readonly cache = new ByteBudgetCache<LoadedLayer>(MOST_BYTES);
  private controller = new AbortController();
  private wanted: readonly string[] = [];
  private running: { readonly key: string; readonly controller: AbortController } | null = null;
  private readonly openings = new Map<string, number>();

  /**
   * Shows a case. `tag` changes with each assessment and with it all doses; `objects` names what the case was made of, of which the
   * images are; `bases` names the α/β that are in use, of which the list depends; `tried` is the text of settings that are tried, of
   * which the allowances are.
   */
  show(caseId: string | null, tag: string, objects: string, bases: string, tried: string): void {
    const isSame = caseId === this.caseId && tag === this.tag && objects === this.objects;
    const isSameTrial = tried === this.tried;
    this.tried = tried;
    if (isSame && bases === this.bases && (this.list !== null || this.isOpening)) {
      if (!isSameTrial) this.want(this.wanted);
      return;
    }
    if (caseId !== this.caseId) this.forget();
    [this.caseId, this.tag, this.objects, this.bases] = [caseId, tag, objects, bases];
    if (!isSame) this.failures.clear();
    this.controller.abort();
    this.controller = new AbortController();
    if (!isSame) this.want(this.wanted);
    if (caseId !== null) void this.read(this.controller);
  }

  /** Loads these, the first one first; what is no longer wanted is given up. */
  want(ids: readonly string[]): void {
    this.wanted = ids;
    const keys = ids.map((id) => this.key(id));
    this.cache.pin(keys);
    if (this.running !== null && !keys.includes(this.running.key)) this.running.controller.abort();
    void this.pump();
  }

  /** The layer with its values, once they are here. */
  layer(id: string | null): LoadedLayer | null {
    void this.arrivals;
    return id === null ? null : (this.cache.get(this.key(id)) ?? null);
  }

  retry(id: string): void {
    this.failures.delete(id);
    void this.pump();
  }

  /** Reads the list again, and opens the case where it is closed. */
  readAgain(): void {
    if (this.caseId === null) return;
    this.openings.delete(this.caseId);
    this.controller.abort();
    this.controller = new AbortController();
    void this.read(this.controller);
  }

  /** What to do with an error of a question to the open case. True where the case is being opened because of it. */
  reopenAfter(thrown: unknown): boolean {
    if (!isNotOpen(thrown) || this.caseId === null) return false;
    if (!this.isOpening) void this.read(this.controller);
    return true;
  }

  private forget(): void {
    this.list = null;
    this.maps = null;
    this.problem = null;
    this.wanted = [];
    this.running?.controller.abort();
  }

  /** An image stays what it was in another assessment of the same objects; allowances are of the settings that are tried. */
  private key(id: string): string {
    const version = id.startsWith('image-') ? this.objects : isOfTrial(id) ? `${this.tag} ${this.tried}` : this.tag;
    return `${this.caseId ?? ''} ${id} ${version}`;
  }

  private async read(controller: AbortController): Promise<void> {
    const id = this.caseId;
    if (id === null) return;
    const { signal } = controller;
    const wasBusy = openCase.job !== undefined;
    try {
      const [list, maps] = await Promise.all([listVolumes(id, signal), listMaps(id, signal)]);
      if (signal.aborted) return;
      [this.list, this.maps, this.problem] = [list, maps, null];
      void this.pump();
      await this.listAsShown(id, list, signal);
    } catch (thrown) {
      if (signal.aborted) return;
      const openings = this.openings.get(id) ?? 0;
      // A person who cancels an assessment does not want another one.
      if (isNotOpen(thrown) && !wasBusy && openings < MOST_OPENINGS) {
        this.openings.set(id, openings + 1);
        await this.open(id, controller);
      } else this.problem = asProblem(thrown, 'listing what can be laid over the image');
    }
  }

  /** The server lists what it was last tried with, perhaps from another window. */
  private async listAsShown(id: string, list: readonly VolumeInfo[], signal: AbortSignal): Promise<void> {
    const listed = basesText(list.map((info) => info.alpha_beta_gy));
    if (listed === '' || listed === this.bases) return;
    const again = await live.ask(() => listVolumes(id, signal), signal);
    if (again !== undefined && !signal.aborted) this.list = again;
  }

  private async open(id: string, controller: AbortController): Promise<void> {
    this.problem = null;
    if (openCase.job === undefined && openCase.assessHindrance !== undefined) {
      this.problem = notAtHand(openCase.assessHindrance);
      return;
    }
    this.isOpening = true;
    try {
      const job = openCase.job ?? (await startAssessment(id));
      jobs.take(job);
      const ended = await jobs.ended(job.id);
      if (controller.signal.aborted) return;
      if (ended.state === 'done') {
        await openCase.refresh();
        if (!controller.signal.aborted) await this.read(controller);
      } else this.problem = ended.error ?? CANCELLED;
    } catch (thrown) {
      if (!controller.signal.aborted) this.problem = asProblem(thrown, 'opening the case');
    } finally {
      this.isOpening = false;
    }
  }

  private async pump(): Promise<void> {
    if (this.running !== null || this.caseId === null || this.list === null) return;
    // While a trial is under way, nobody can say yet what it allows: `show` comes again after it.
    const canBeAsked = (one: string): boolean => live.canBeAsked || !isOfTrial(one);
    const isMissing = (one: string): boolean => this.cache.get(this.key(one)) === undefined && !this.failures.has(one);
    const id = this.wanted.find((one) => isMissing(one) && canBeAsked(one));
    if (id === undefined) return;
    const controller = new AbortController();
    this.running = { key: this.key(id), controller };
    this.loading = { id, fraction: null };
    const failure = await this.load(this.caseId, id, this.running.key, controller.signal);
    this.running = null;
    this.loading = null;
    // Where the case is opened again, the list that is read then goes on.
    if (failure !== null && this.reopenAfter(failure)) return;
    if (failure !== null && !isAborted(failure)) this.failures.set(id, asProblem(failure, 'reading a layer'));
    void this.pump();
  }

  /** Loads a layer into the cache; tells why it did not come. */
  private async load(caseId: string, id: string, key: string, signal: AbortSignal): Promise<unknown> {
    try {
      const come = (received: number, total: number | null): void => {
        const fraction = total === null ? null : Math.floor((20 * received) / total) / 20;
        if (!signal.aborted && this.loading?.fraction !== fraction) this.loading = { id, fraction };
      };
      const read = (settings: string | null): ReturnType<typeof getVolume> =>
        getVolume(caseId, id, settings, signal, come);
      const file = isOfTrial(id) ? await live.ask(read, signal) : await read(null);
      if (file === undefined) return null;
      const layer = layerOf(file);
      this.cache.set(key, layer, layer.bytes);
      this.arrivals += 1;
      return null;
    } catch (thrown) {
      return thrown;
    }
  }
}

const CANCELLED: Problem = {
  code: 'cancelled',
  doing: 'opening the case',
  subject: '',
  message: 'the assessment was cancelled, so that the case is not open',
  hint: 'Open it to see images and doses.',
};

/** Whether a layer is of the settings that are tried. */
function isOfTrial(id: string): boolean {
  return id.startsWith('allowance-');
}

function isNotOpen(thrown: unknown): boolean {
  return thrown instanceof ApiProblem && thrown.code === 'not-open';
}

export const volumes = new CaseVolumes();

/** Follows the open case while a component lives, and loads what it wants. */
export function useVolumes(wanted: () => readonly string[]): void {
  const objects = $derived(objectsOf(openCase.assessment));
  const bases = $derived(basesOf(live.assessment));
  $effect(() => {
    const { id, assessmentEtag } = openCase;
    const [ofObjects, ofBases, tried] = [objects, bases, live.canBeAsked ? live.triedText : ''];
    untrack(() => volumes.show(id, assessmentEtag, ofObjects, ofBases, tried));
  });
  $effect(() => {
    const ids = wanted();
    untrack(() => volumes.want(ids));
  });
  $effect(() => () => volumes.want([]));
}

/** What the case was made of, as text. */
function objectsOf(assessment: Assessment | null): string {
  if (assessment === null) return '';
  const courses = assessment.courses.map(({ id, label, role, plans }) => [
    id,
    label,
    role,
    plans.map((one) => one.label),
  ]);
  return canonical([assessment.provenance.inputs.map(({ sha256 }) => sha256), courses]);
}
