import type { Grid } from './grid';
import { type FoundOutlines, MovingOutlines } from './movingOutlines';
import { OutlineCache } from './outlineCache';
import type { PlaneKind } from './plane';
import type { OutlineProvider, PriorOutlines } from './scene';
import { steppedPosition } from './slices';

const NONE: FoundOutlines = { outlines: null, state: 'none' };
/** Neighbours that are fetched ahead, the nearest first. */
const AHEAD = [1, -1, 2, -2];

/** Outlines of prior courses, for all views of a scene. */
export class PriorOutlineFinder {
  readonly #onArrival: () => void;
  readonly #caches = new WeakMap<OutlineProvider, OutlineCache>();
  readonly #moving: MovingOutlines;

  constructor(onArrival: () => void) {
    this.#onArrival = onArrival;
    this.#moving = new MovingOutlines(onArrival);
  }

  /** The cache of a map that stays; null for one that is being moved, and where nothing can be carried here. */
  cacheOf({ provider, isMoving }: PriorOutlines): OutlineCache | null {
    if (provider === null || isMoving) return null;
    const cache = this.#caches.get(provider) ?? new OutlineCache(provider, this.#onArrival);
    this.#caches.set(provider, cache);
    return cache;
  }

  moving(prior: PriorOutlines, plane: PlaneKind, positionMm: number): FoundOutlines {
    return prior.provider === null ? NONE : this.#moving.find(prior, prior.provider, plane, positionMm);
  }

  close(): void {
    this.#moving.close();
  }
}

/** The outlines of one view: it tries again what failed when a person comes back to its plane. */
export class ViewOutlines {
  #positions = new WeakMap<OutlineCache, number>();

  /** Those of a cache, as far as they are here. */
  find(cache: OutlineCache | null, grid: Grid | null, plane: PlaneKind, positionMm: number): FoundOutlines {
    if (cache === null) return NONE;
    if (positionMm !== this.#positions.get(cache)) cache.retry();
    this.#positions.set(cache, positionMm);
    const outlines = cache.get(plane, positionMm);
    const hasFailed = cache.hasFailed(plane, positionMm);
    cache.prefetch(
      plane,
      AHEAD.map((steps) => steppedPosition(grid, plane, positionMm, steps)),
    );
    return { outlines, state: outlines !== null ? 'here' : hasFailed ? 'failed' : 'coming' };
  }

  /** Those of a prior course. */
  findPrior(
    finder: PriorOutlineFinder,
    prior: PriorOutlines | undefined,
    grid: Grid | null,
    plane: PlaneKind,
    positionMm: number,
  ): FoundOutlines {
    if (prior === undefined) return NONE;
    if (prior.isMoving) return finder.moving(prior, plane, positionMm);
    return this.find(finder.cacheOf(prior), grid, plane, positionMm);
  }
}
