import { LatestWins } from '../state/latestWins';
import type { PlaneKind } from './plane';
import type { OutlineProvider, Outlines, PriorOutlines } from './scene';

/** What is known of the outlines of a plane. `former` are those of a former position of what is being moved. */
export interface FoundOutlines {
  readonly outlines: Outlines | null;
  readonly state: 'none' | 'here' | 'former' | 'coming' | 'failed';
}

interface Asked {
  readonly provider: OutlineProvider;
  readonly course: string;
  readonly plane: PlaneKind;
  readonly positionMm: number;
}

/**
 * Outlines through a map that is being moved.
 *
 * Of each plane one question is under way; of those that come meanwhile only the newest is asked next, so that a hand that moves
 * faster than the server answers makes no queue.
 */
export class MovingOutlines {
  readonly #onArrival: () => void;
  readonly #followed = new Map<PlaneKind, FollowedPlane>();

  constructor(onArrival: () => void) {
    this.#onArrival = onArrival;
  }

  find({ course }: PriorOutlines, provider: OutlineProvider, plane: PlaneKind, positionMm: number): FoundOutlines {
    const followed = this.#followed.get(plane) ?? new FollowedPlane(this.#onArrival);
    this.#followed.set(plane, followed);
    return followed.find({ provider, course, plane, positionMm });
  }

  close(): void {
    for (const followed of this.#followed.values()) followed.close();
  }
}

class FollowedPlane {
  #asked: Asked | null = null;
  #failed: Asked | null = null;
  #here: { readonly asked: Asked; readonly outlines: Outlines } | null = null;
  readonly #runner: LatestWins<Asked, Outlines>;

  constructor(onArrival: () => void) {
    const ask = async ({ provider, plane, positionMm }: Asked, signal: AbortSignal): Promise<Outlines> =>
      provider(plane, positionMm, signal);
    this.#runner = new LatestWins(ask, {
      done: (outlines, asked) => {
        this.#here = { asked, outlines };
        onArrival();
      },
      failed: (_, asked) => {
        this.#failed = asked;
        onArrival();
      },
    });
  }

  find(asked: Asked): FoundOutlines {
    if (this.#asked === null || !isSame(this.#asked, asked)) {
      this.#asked = asked;
      this.#runner.push(asked);
    }
    const here = this.#here;
    if (here !== null && isSame(here.asked, asked)) return { outlines: here.outlines, state: 'here' };
    if (this.#failed !== null && isSame(this.#failed, asked)) return { outlines: null, state: 'failed' };
    // On another plane, or of another course, they would say something that is not so.
    const isOfPlane = here !== null && here.asked.positionMm === asked.positionMm && here.asked.course === asked.course;
    return isOfPlane ? { outlines: here.outlines, state: 'former' } : { outlines: null, state: 'coming' };
  }

  close(): void {
    this.#runner.cancel();
  }
}

function isSame(a: Asked, b: Asked): boolean {
  return a.provider === b.provider && a.plane === b.plane && a.positionMm === b.positionMm && a.course === b.course;
}
