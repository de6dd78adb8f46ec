/** A dose as the planes draw it, with everything that must be read with it. */
import type { Assessment } from '../../api/assessment';
import type { VolumeInfo } from '../../api/volumes';
import type { DoseLayer } from '../../planes/scene';
import type { Volume } from '../../planes/volume';
import { levelsOf } from './doseView.svelte';
import { unitLabel } from './layerChoice';
import type { DoseScale } from './levels';

export interface DoseDisplay {
  readonly scale: DoseScale;
  readonly hasLines: boolean;
  readonly hasWash: boolean;
  readonly opacity: number;
}

const NO_LEVELS: readonly number[] = [];

export function doseLayerOf(
  info: VolumeInfo,
  volume: Volume,
  { scale, hasLines, hasWash, opacity }: DoseDisplay,
  assessment: Assessment | null,
): DoseLayer {
  const layer: DoseLayer = {
    volume,
    title: info.title,
    unitLabel: unitLabel(info, assessment?.courses ?? []),
    levels: hasLines ? levelsOf(scale) : NO_LEVELS,
    wash: hasWash ? { alpha: opacity, from: scale.from, to: scale.to } : null,
    isBound: info.is_bound,
    note: noteOf(info, assessment),
  };
  return info.is_bound ? { ...layer, boundSign: '≤' } : layer;
}

/** What is provisional or restricted about a dose; null where nothing is. */
export function noteOf(info: VolumeInfo, assessment: Assessment | null): string | null {
  const notes = [info.note, restsOnMap(info, assessment) ? 'provisional: the registration is not accepted' : null];
  const known = notes.filter((note) => note !== null);
  return known.length === 0 ? null : known.join('; ');
}

/** Whether a dose was carried by a registration that nobody accepted. */
function restsOnMap({ course }: VolumeInfo, assessment: Assessment | null): boolean {
  if (assessment === null || !assessment.provisional) return false;
  const own = assessment.courses.find(({ id }) => id === course);
  return own?.role !== 'current';
}
