/** Moves the crosshair to places of structures. */
import { asProblem } from '../../api/client';
import { notify } from '../../design/toasts.svelte';
import type { Volume } from '../../planes/volume';
import { axialPositions, centreOf, hottestOf, pointOn, slicesOf } from './structurePlaces';
import { viewing } from './viewing.svelte';

export type PlaceOfStructure = 'centre' | 'first' | 'last' | 'hottest';

class StructureJumps {
  /** Index of the structure that is being looked for. */
  looking = $state<number | null>(null);

  /** Moves the crosshair; `dose` is what is drawn, for the hottest place. */
  async to(place: PlaceOfStructure, index: number, name: string, dose: Volume | null = null): Promise<void> {
    const { views, outlines } = viewing;
    const { grid } = views;
    if (outlines === null || grid === null) return;
    this.looking = index;
    try {
      const slices = await slicesOf(outlines, axialPositions(grid), index);
      // Another structure may have been asked for meanwhile.
      if (this.looking !== index) return;
      const found = {
        centre: () => centreOf(slices),
        first: () => (slices[0] === undefined ? null : pointOn(slices[0])),
        last: () => pointOn(slices.at(-1) ?? { positionMm: 0, lines: [] }),
        hottest: () => (dose === null ? null : hottestOf(slices, dose)),
      }[place]();
      if (found !== null) views.lookAt(found);
      else
        notify('note', slices.length === 0 ? `${name} is not drawn on any slice.` : `No dose is known within ${name}.`);
    } catch (thrown) {
      notify('problem', asProblem(thrown, `looking for ${name}`).message);
    } finally {
      if (this.looking === index) this.looking = null;
    }
  }
}

export const structureJumps = new StructureJumps();
