/**
 * Trials that follow each other, gathered into one.
 *
 * The server tells what a trial changed against the settings that it followed last. A structure that was changed by an earlier trial
 * and not since is still changed against what is stored, so it has to be kept.
 */
import type { StructureSettings } from '../api/settings';
import type { DvhSet, Trial } from '../api/volumes';
import { canonical } from './canonical';

export interface GatheredTrial {
  trial: Trial;
  dvh: DvhSet;
  /** The settings of each structure that the numbers are of, by its index. */
  entries: ReadonlyMap<number, string>;
}

/** The settings of every structure, in the order of the names, to see which of them a trial was made with. */
export function structureEntries(
  names: readonly string[],
  settings: readonly StructureSettings[] | undefined,
): Map<number, string> {
  const entryOf = (name: string): string => canonical(settings?.find((entry) => entry.name === name) ?? { name });
  return new Map(names.map((name, index) => [index, entryOf(name)]));
}

/** A trial with what the trials before it changed and it did not touch. */
export function gatherTrial(
  before: GatheredTrial | null,
  trial: Trial,
  dvh: DvhSet,
  entries: ReadonlyMap<number, string>,
): GatheredTrial {
  if (before === null) return { trial, dvh, entries };
  const isKept = (index: number): boolean =>
    !trial.changed.includes(index) && before.entries.get(index) === entries.get(index);
  const kept = before.trial.changed.filter(isKept);
  const keptStructures = before.trial.structures.filter((_, place) => kept.includes(before.trial.changed[place] ?? -1));
  const keptNames = new Set(keptStructures.map(({ name }) => name));
  return {
    entries,
    trial: {
      ...trial,
      changed: [...kept, ...trial.changed],
      structures: [...keptStructures, ...trial.structures],
      findings: [...before.trial.findings.filter(({ subject }) => keptNames.has(subject)), ...trial.findings],
    },
    dvh: {
      curves: [...before.dvh.curves.filter(({ structure }) => kept.includes(structure)), ...dvh.curves],
      bands: [...before.dvh.bands.filter(({ structure }) => kept.includes(structure)), ...dvh.bands],
    },
  };
}
