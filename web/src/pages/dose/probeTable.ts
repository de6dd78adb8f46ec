/** What is known of a place, in the order in which it is read: the α/β of the structures there come first. */
import type { Assessment } from '../../api/assessment';
import type { Probe } from '../../api/volumes';
import type { CourseRole } from '../../api/terms';
import { isWeighted } from './layerChoice';

export interface ProbeRow {
  readonly id: string;
  readonly label: string;
  readonly role: CourseRole | null;
  readonly absorbedGy: number | null;
  /** The dose is one of particles, weighted by their biological effectiveness. */
  readonly isWeighted: boolean;
  /** One for each basis, in the order of the table. */
  readonly eqd2Gy: readonly (number | null)[];
}

export interface ProbeBasis {
  readonly alphaBetaGy: number;
  /** A structure at the place has it. */
  readonly isHere: boolean;
}

export interface ProbeTable {
  readonly bases: readonly ProbeBasis[];
  readonly rows: readonly ProbeRow[];
  /** Of all courses. */
  readonly sumsGy: readonly (number | null)[];
}

export function probeTable(probe: Probe, assessment: Assessment | null): ProbeTable {
  const here = new Set(probe.structures.map((index) => assessment?.structures[index]?.alpha_beta_gy ?? null));
  const isHere = (alphaBetaGy: number): boolean => here.has(alphaBetaGy);
  const ordered = probe.bases.toSorted((a, b) => Number(isHere(b.alpha_beta_gy)) - Number(isHere(a.alpha_beta_gy)));
  const rows = probe.courses.map((course, index) => {
    const known = assessment?.courses.find(({ id }) => id === course.id);
    return {
      id: course.id,
      label: known?.label ?? '',
      role: known?.role ?? null,
      absorbedGy: course.absorbed_gy,
      isWeighted: known !== undefined && isWeighted(known),
      eqd2Gy: ordered.map((basis) => basis.courses_gy[index] ?? null),
    };
  });
  return {
    bases: ordered.map(({ alpha_beta_gy }) => ({ alphaBetaGy: alpha_beta_gy, isHere: isHere(alpha_beta_gy) })),
    rows,
    sumsGy: ordered.map(({ cumulative_gy }) => cumulative_gy),
  };
}
