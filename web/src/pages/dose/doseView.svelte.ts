/** What is shown of the doses of the open case; kept while a person looks at other pages. */
import { SvelteMap } from 'svelte/reactivity';
import type { VolumeInfo } from '../../api/volumes';
import type { Volume } from '../../planes/volume';
import { viewing } from '../viewer/viewing.svelte';
import { type DoseKind, doseKind, firstLayer, partnerOf } from './layerChoice';
import { type DoseScale, levelsGy, roundScale } from './levels';

export type Side = 'first' | 'second';

class DoseView {
  /** The layer that a person chose; null for the one to begin with. */
  first = $state<string | null>(null);
  second = $state<string | null>(null);
  isDoseShown = $state(true);
  isCompared = $state(false);
  hasLines = $state(true);
  hasWash = $state(true);
  /** Share of the colours. */
  opacity = $state(0.35);
  /** Image that lies below; null for the first one. */
  image = $state<string | null>(null);
  readonly scales = new SvelteMap<DoseKind, DoseScale>();
  private caseId: string | null = null;
  private hadAllPlanes = false;

  /** Begins anew with another case. */
  show(caseId: string | null): void {
    if (caseId === this.caseId) return;
    this.caseId = caseId;
    [this.first, this.second, this.image] = [null, null, null];
    [this.isCompared, this.isDoseShown] = [false, true];
    this.scales.clear();
  }

  /** Two doses have room for one plane each; all planes come back with one dose. */
  toggleCompared(): void {
    this.isCompared = !this.isCompared;
    const { views } = viewing;
    if (this.isCompared) {
      this.hadAllPlanes = views.maximised === null;
      views.maximised ??= 'axial';
    } else if (this.hadAllPlanes) views.maximised = null;
  }

  /** The layers that are shown; a choice that is not listed any more gives way to the first one. */
  chosen(list: readonly VolumeInfo[]): { first: VolumeInfo | null; second: VolumeInfo | null } {
    const named = (id: string | null): VolumeInfo | undefined => list.find((info) => info.id === id);
    const first = named(this.first) ?? firstLayer(list);
    const second = first === null ? null : (named(this.second) ?? partnerOf(first, list));
    return { first, second: this.isCompared ? second : null };
  }

  /** The image below: one of the current frame. */
  imageOf(list: readonly VolumeInfo[]): VolumeInfo | null {
    const images = imagesOf(list);
    return images.find(({ id }) => id === this.image) ?? images[0] ?? null;
  }

  /** Levels and colours of a dose; even ones until a person sets others. */
  ensureScale(info: VolumeInfo, volume: Volume): void {
    const kind = doseKind(info);
    if (kind !== null && !this.scales.has(kind)) this.scales.set(kind, roundScale(highestOf(volume)));
  }

  setScale(kind: DoseKind, scale: DoseScale): void {
    this.scales.set(kind, scale);
  }
}

/** Images of the current course. */
export function imagesOf(list: readonly VolumeInfo[]): VolumeInfo[] {
  return list.filter((info) => info.quantity === 'image' && info.frame === 'current');
}

const highest = new WeakMap<Volume, number>();

/** The largest value that is drawn; for the range of colours. */
export function highestOf(volume: Volume): number {
  const known = highest.get(volume);
  if (known !== undefined) return known;
  let largest = -Infinity;
  for (const value of volume.values) if (value > largest) largest = value;
  highest.set(volume, largest);
  return largest;
}

const levels = new WeakMap<DoseScale, readonly number[]>();

/** The levels of a scale, the same array as long as the scale is the same, so that lines are not traced again. */
export function levelsOf(scale: DoseScale): readonly number[] {
  const known = levels.get(scale) ?? levelsGy(scale.levels);
  levels.set(scale, known);
  return known;
}

export const doseView = new DoseView();
