/**
 * The ends of the 90 % band, which the server computes for tens of seconds.
 *
 * They come beside the other layers, so that none waits for them, and go on coming while something else is looked at.
 */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { ArrayFile } from '../../api/arrays';
import type { Problem } from '../../api/cases';
import { asProblem, getVolume, isAborted } from '../../api/client';
import type { VolumeInfo } from '../../api/volumes';
import { ByteBudgetCache } from '../../state/byteBudgetCache';
import { layerOf, type LoadedLayer } from '../../state/layer';

/** What may be held of ends that are not shown at the moment. */
const MOST_BYTES = 256 * 1024 * 1024;

export function isBand({ part }: Pick<VolumeInfo, 'part'>): boolean {
  return part === 'band-low' || part === 'band-high';
}

/** An end that is on its way. */
export interface ComingBand {
  readonly id: string;
  /** When it was asked for, in milliseconds since the start of the epoch. */
  readonly since: number;
  /** Null while the server computes. */
  readonly fraction: number | null;
}

export interface BandListeners {
  /** An end came that nobody looks at any more. */
  readonly arrived: (id: string) => void;
  /** True where the case is being opened because of an error, so that it will be asked for again. */
  readonly reopens: (thrown: unknown) => boolean;
}

export class BandLayers {
  coming = $state.raw<ComingBand | null>(null);
  /** Why an end is not shown. */
  readonly failures = new SvelteMap<string, Problem>();

  private arrivals = $state(0);
  private place = '';
  private caseId: string | null = null;
  private wanted: readonly string[] = [];
  private controller: AbortController | null = null;
  private cache = new ByteBudgetCache<LoadedLayer>(MOST_BYTES);

  constructor(private readonly listeners: BandListeners) {}

  /** Goes to a case as it was assessed; what was computed for another one is given up. */
  show(caseId: string | null, assessmentTag: string): void {
    const place = `${caseId ?? ''} ${assessmentTag}`;
    if (place === this.place) return;
    [this.place, this.caseId] = [place, caseId];
    this.controller?.abort();
    this.failures.clear();
    this.wanted = [];
  }

  /** Asks for these, the first one first. What is under way goes on also where it is not wanted any more. */
  want(ids: readonly string[]): void {
    // Who chooses an end again waits for it again.
    const isAgain = (id: string): boolean => !this.wanted.includes(id) && this.failures.get(id) === STOPPED;
    for (const id of ids) untrack(() => isAgain(id) && this.failures.delete(id));
    this.wanted = ids;
    this.cache.pin(ids.map((id) => this.keyOf(id)));
    void this.pump();
  }

  layer(id: string): LoadedLayer | null {
    void this.arrivals;
    return this.cache.get(this.keyOf(id)) ?? null;
  }

  /** Waits no longer for what is under way. */
  stopWaiting(): void {
    const { coming } = this;
    if (coming === null) return;
    this.failures.set(coming.id, STOPPED);
    this.controller?.abort();
  }

  retry(id: string): void {
    this.failures.delete(id);
    void this.pump();
  }

  private keyOf(id: string): string {
    return `${this.place} ${id}`;
  }

  private async pump(): Promise<void> {
    const { caseId } = this;
    if (caseId === null || this.controller !== null) return;
    const id = this.wanted.find((one) => untrack(() => this.layer(one) === null && !this.failures.has(one)));
    if (id === undefined) return;
    const controller = new AbortController();
    [this.controller, this.coming] = [controller, { id, since: Date.now(), fraction: null }];
    const [key, place] = [this.keyOf(id), this.place];
    const failure = await this.load(caseId, id, key, controller.signal);
    [this.controller, this.coming] = [null, null];
    if (place === this.place && failure !== null && !isAborted(failure)) {
      if (this.listeners.reopens(failure)) return;
      this.failures.set(id, asProblem(failure, 'reading an end of the band'));
    }
    void this.pump();
  }

  /** Loads an end; tells why it did not come. */
  private async load(caseId: string, id: string, key: string, signal: AbortSignal): Promise<unknown> {
    try {
      const file = await getVolume(caseId, id, null, signal, (received, total) => {
        const fraction = total === null ? null : Math.floor((20 * received) / total) / 20;
        if (!signal.aborted && this.coming !== null && this.coming.fraction !== fraction) {
          this.coming = { ...this.coming, fraction };
        }
      });
      this.keep(id, key, file);
      return null;
    } catch (thrown) {
      return thrown;
    }
  }

  private keep(id: string, key: string, file: ArrayFile<VolumeInfo>): void {
    const layer = layerOf(file);
    this.cache.set(key, layer, layer.bytes);
    this.arrivals += 1;
    if (key === this.keyOf(id) && !this.wanted.includes(id)) this.listeners.arrived(id);
  }
}

const STOPPED: Problem = {
  code: 'stopped',
  doing: 'reading an end of the band',
  subject: '',
  message: 'You stopped waiting for it.',
  hint: '',
};
