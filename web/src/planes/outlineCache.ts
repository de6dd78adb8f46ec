import type { PlaneKind } from './plane';
import type { OutlineProvider, Outlines } from './scene';

/** Requests that run at the same time. */
const IN_FLIGHT = 2;
/** Planes kept; a plane of outlines is a few kilobytes. */
const KEPT = 600;
/** Neighbours fetched ahead on each side. */
const AHEAD = 2;

interface Wanted {
  readonly key: string;
  readonly plane: PlaneKind;
  readonly positionMm: number;
}

/** Keeps the outlines of planes, fetches the plane last asked for first and its neighbours ahead. */
export class OutlineCache {
  readonly #provider: OutlineProvider;
  readonly #onArrival: () => void;
  readonly #known = new Map<string, Outlines>();
  readonly #failed = new Set<string>();
  readonly #running = new Set<string>();
  /** The next one to be fetched stands last. */
  #waiting: Wanted[] = [];

  constructor(provider: OutlineProvider, onArrival: () => void) {
    this.#provider = provider;
    this.#onArrival = onArrival;
  }

  /** The outlines of a plane if they are here; else null, and they are fetched. */
  get(plane: PlaneKind, positionMm: number): Outlines | null {
    const key = keyOf(plane, positionMm);
    const known = this.#known.get(key);
    if (known !== undefined) {
      // Used last, dropped last.
      this.#known.delete(key);
      this.#known.set(key, known);
      return known;
    }
    this.#want([{ key, plane, positionMm }]);
    return this.#known.get(key) ?? null;
  }

  /** Whether fetching this plane failed; the plane then has no outlines that are known. */
  hasFailed(plane: PlaneKind, positionMm: number): boolean {
    return this.#failed.has(keyOf(plane, positionMm));
  }

  /** Fetches the neighbours of a plane after everything that is shown. */
  prefetch(plane: PlaneKind, positionsMm: readonly number[]): void {
    const wanted = positionsMm
      .slice(0, 2 * AHEAD)
      .map((positionMm) => ({ key: keyOf(plane, positionMm), plane, positionMm }));
    const isNew = ({ key }: Wanted): boolean =>
      !this.#known.has(key) &&
      !this.#failed.has(key) &&
      !this.#running.has(key) &&
      !this.#waiting.some((w) => w.key === key);
    // What was to be fetched ahead for earlier planes is of no use any more.
    this.#waiting = [...wanted.filter(isNew).reverse(), ...this.#waiting].slice(-4 * AHEAD);
    this.#start();
  }

  /** Forgets failures, so that they are tried again. */
  retry(): void {
    this.#failed.clear();
  }

  #want(wanted: readonly Wanted[]): void {
    for (const one of wanted) {
      if (this.#running.has(one.key) || this.#failed.has(one.key)) continue;
      this.#waiting = [...this.#waiting.filter(({ key }) => key !== one.key), one];
    }
    this.#start();
  }

  #start(): void {
    while (this.#running.size < IN_FLIGHT) {
      const next = this.#waiting.pop();
      if (next === undefined) return;
      this.#fetch(next);
    }
  }

  #fetch({ key, plane, positionMm }: Wanted): void {
    const answer = this.#answerOf(plane, positionMm);
    if (!(answer instanceof Promise)) {
      this.#keep(key, answer);
      return;
    }
    this.#running.add(key);
    answer
      .then((outlines) => {
        this.#keep(key, outlines);
      })
      .catch(() => {
        this.#failed.add(key);
      })
      .finally(() => {
        this.#running.delete(key);
        this.#onArrival();
        this.#start();
      });
  }

  #answerOf(plane: PlaneKind, positionMm: number): Promise<Outlines> | Outlines {
    try {
      return this.#provider(plane, positionMm);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #keep(key: string, outlines: Outlines): void {
    this.#known.set(key, outlines);
    const oldest = this.#known.keys().next();
    if (this.#known.size > KEPT && oldest.done !== true) this.#known.delete(oldest.value);
  }
}

function keyOf(plane: PlaneKind, positionMm: number): string {
  return `${plane} ${positionMm.toFixed(3)}`;
}
