/** The ends of the band of the open case, for the page and for who has gone elsewhere meanwhile. */
import { untrack } from 'svelte';
import type { VolumeInfo } from '../../api/volumes';
import { notify } from '../../design/toasts.svelte';
import { openCase } from '../../state/case.svelte';
import type { LoadedLayer } from '../../state/layer';
import { live } from '../../state/live.svelte';
import { router } from '../../state/router.svelte';
import { volumes } from '../../state/volumes.svelte';
import { BandLayers, isBand } from './bandLayers.svelte';
import { doseView } from './doseView.svelte';
import { layerLabel } from './layerChoice';

export const bands = new BandLayers({
  arrived: (id) => notify('done', `Computed: ${bandTitle(id)}`, { label: 'Show it', act: () => show(id) }),
  reopens: (thrown) => volumes.reopenAfter(thrown),
});

/** Asks for ends while a component lives; what is under way goes on afterwards. */
export function useBands(wanted: () => readonly string[]): void {
  $effect.pre(() => {
    const { id, assessmentEtag } = openCase;
    untrack(() => bands.show(id, assessmentEtag));
  });
  $effect(() => {
    // The case is open where its layers are listed.
    const ids = volumes.list === null ? [] : wanted();
    untrack(() => bands.want(ids));
  });
  $effect(() => () => bands.want([]));
}

/** A dose with its values, once they are here. */
export function loadedDose(info: VolumeInfo | null): LoadedLayer | null {
  if (info === null) return null;
  return isBand(info) ? bands.layer(info.id) : volumes.layer(info.id);
}

/** What an end is, in words. */
export function bandTitle(id: string): string {
  const info = volumes.list?.find((one) => one.id === id);
  return info === undefined ? id : layerLabel(info, live.assessment?.courses ?? []);
}

function show(id: string): void {
  [doseView.first, doseView.isDoseShown] = [id, true];
  router.goToPage('dose');
}
