/** Doses that levels may be set by: what was prescribed, and what limits say. */
import type { Assessment } from '../../api/assessment';

export interface Prescription {
  readonly label: string;
  readonly gy: number;
}

/** Prescriptions of courses with one plan; of several plans none is that of the course. */
export function prescriptionsOf(assessment: Assessment | null): Prescription[] {
  return (assessment?.courses ?? []).flatMap(({ id, plans }) => {
    const gy = plans[0]?.prescription_gy ?? null;
    return plans.length === 1 && gy !== null && gy > 0 ? [{ label: `${id} (${gy} Gy)`, gy }] : [];
  });
}

/** Limits of cumulative doses with this α/β, each dose once. */
export function limitsOf(assessment: Assessment | null, alphaBetaGy: number | null): number[] {
  const own = (assessment?.constraints ?? []).filter(
    ({ unit, scope, alpha_beta_gy }) => unit === 'Gy' && scope === 'cumulative' && alpha_beta_gy === alphaBetaGy,
  );
  const doses = own.flatMap(({ limit_gy }) => (limit_gy !== null && limit_gy > 0 ? [limit_gy] : []));
  return alphaBetaGy === null ? [] : [...new Set(doses)].sort((a, b) => a - b);
}
