/** The stored assessment with what a trial changed in its place. Nothing is computed here. */
import type { Assessment } from '../api/assessment';
import type { DvhSet, Trial } from '../api/volumes';

/** The assessment as the trial has it; chapters that a trial does not follow stay as they were. */
export function mergeTrial(stored: Assessment, trial: Trial): Assessment {
  const structures = [...stored.structures];
  trial.changed.forEach((index, position) => {
    const structure = trial.structures[position];
    if (structure !== undefined && index < structures.length) structures[index] = structure;
  });
  return {
    ...stored,
    structures,
    constraints: trial.constraints,
    limit_spreads: trial.limit_spreads,
    scores: trial.scores,
    classification: trial.classification,
    dose_responses: trial.dose_responses,
    clinical: trial.clinical,
    findings: trial.findings,
    provisional: trial.provisional ?? stored.provisional,
    registrations: trial.registrations ?? stored.registrations,
  };
}

/** Curves and bands with those of the changed structures replaced; a band that the trial lacks is taken away. */
export function mergeDvh(stored: DvhSet, trial: DvhSet, changed: readonly number[]): DvhSet {
  const isKept = ({ structure }: { structure: number }): boolean => !changed.includes(structure);
  return {
    curves: [...stored.curves.filter(isKept), ...trial.curves],
    bands: [...stored.bands.filter(isKept), ...trial.bands],
  };
}
