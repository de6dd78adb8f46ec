/** Where the outlines of prior structure sets come from, map by map; kept while a person looks at other pages. */
import { SvelteSet } from 'svelte/reactivity';
import { ArrayFileError } from '../../api/arrays';
import { getPriorOutlines } from '../../api/client';
import type { ByHandSettings } from '../../api/settings';
import type { CarriedBy, MapInfo, PriorOutlinesHeader } from '../../api/volumes';
import type { PlaneKind } from '../../planes/plane';
import { type OutlineProvider, type Outlines, outlinesFromArrays } from '../../planes/scene';
import { OutlineStore } from '../viewer/outlineStore';
import { affineOf } from './rigidMap';

/** Maps whose planes are kept; a person switches between a few. */
const KEPT_MAPS = 6;

/** A prior course as an assessment has it: another one may know another structure set, or other maps to it. */
export interface AssessedCourse {
  readonly caseId: string;
  readonly assessmentTag: string;
  readonly id: string;
}

export class PriorSets {
  /** Courses of which the server knows no structure set that a map carries, with the map. */
  private readonly without = new SvelteSet<string>();
  private readonly stores = new Map<string, OutlineStore>();

  /** Whether it is known that nothing of a course can be carried by a listed map, or by one that is made by hand. */
  hasNone(course: AssessedCourse, map: MapInfo | null): boolean {
    return this.without.has(map === null ? keyByHand(course) : keyOf(course, map));
  }

  /** Outlines through a listed map; the same function as long as it is the same map. */
  through(course: AssessedCourse, map: MapInfo): OutlineProvider {
    const key = keyOf(course, map);
    const store =
      this.stores.get(key) ??
      new OutlineStore((plane, positionMm) => this.read(course, key, { map: map.kind }, plane, positionMm));
    // Used last, dropped last.
    this.stores.delete(key);
    this.stores.set(key, store);
    const oldest = this.stores.keys().next();
    if (this.stores.size > KEPT_MAPS && oldest.done !== true) this.stores.delete(oldest.value);
    return store.provider;
  }

  /** Outlines through a map that is being made by hand; nothing is kept of it, since the next step of the hand makes another one. */
  byHand(course: AssessedCourse, byHand: ByHandSettings): OutlineProvider {
    const movingFromFixed = [...affineOf(byHand).numbers(), 0, 0, 0, 1];
    const key = keyByHand(course);
    return (plane, positionMm, signal) => this.read(course, key, { movingFromFixed }, plane, positionMm, signal);
  }

  private async read(
    course: AssessedCourse,
    key: string,
    carriedBy: CarriedBy,
    plane: PlaneKind,
    positionMm: number,
    signal?: AbortSignal,
  ): Promise<Outlines> {
    const file = await getPriorOutlines(course.caseId, course.id, carriedBy, plane, positionMm, signal);
    const { outlines, structures } = file.header as Partial<PriorOutlinesHeader>;
    // Lines of the current structures would look like a prior set that fits to the last millimetre.
    if (outlines === undefined || structures === undefined)
      throw new ArrayFileError('it is not said whose outlines they are');
    if (structures === null || structures.length === 0) this.without.add(key);
    const { lines } = outlinesFromArrays(outlines, file.f32('points', [null, 2]), file.u32('starts', [null]));
    const standardName = (structure: number): string | null => structures?.[structure]?.standard_name ?? null;
    return { lines: lines.map((line) => ({ ...line, standardName: standardName(line.structure) })) };
  }
}

function keyOf({ caseId, assessmentTag, id }: AssessedCourse, { kind, moving_from_fixed: matrix }: MapInfo): string {
  return [caseId, assessmentTag, id, kind, ...(matrix ?? [])].join(' ');
}

/** If a structure set is missing, it is missing wherever the hand moves it. */
function keyByHand({ caseId, assessmentTag, id }: AssessedCourse): string {
  return [caseId, assessmentTag, id, 'by hand'].join(' ');
}

export const priorSets = new PriorSets();
