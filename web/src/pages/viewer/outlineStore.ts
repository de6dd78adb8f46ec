import { getOutlines } from '../../api/client';
import type { PlaneKind } from '../../planes/plane';
import { type OutlineProvider, type Outlines, outlinesFromArrays } from '../../planes/scene';

/** Planes kept; a plane of outlines is a few kilobytes. */
const KEPT = 1500;

type Fetch = (plane: PlaneKind, positionMm: number) => Promise<Outlines>;

/** Outlines of planes, each asked for once; views and searches share them. */
export class OutlineStore {
  readonly #fetch: Fetch;
  readonly #known = new Map<string, Promise<Outlines>>();
  /** For a scene; the same function as long as the store lives. */
  readonly provider: OutlineProvider = (plane, positionMm) => this.get(plane, positionMm);

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  get(plane: PlaneKind, positionMm: number): Promise<Outlines> {
    const key = `${plane} ${positionMm.toFixed(3)}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const asked = this.#fetch(plane, positionMm);
    this.#known.set(key, asked);
    // What failed is asked for again the next time.
    asked.catch(() => this.#known.delete(key));
    const oldest = this.#known.keys().next();
    if (this.#known.size > KEPT && oldest.done !== true) this.#known.delete(oldest.value);
    return asked;
  }
}

/** The outlines of an open case, as its assessment has them. */
export function outlinesOfCase(caseId: string): OutlineStore {
  return new OutlineStore(async (plane, positionMm) => {
    const file = await getOutlines(caseId, plane, positionMm);
    return outlinesFromArrays(file.header.outlines, file.f32('points', [null, 2]), file.u32('starts', [null]));
  });
}
