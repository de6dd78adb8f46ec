/** What the dose of each structure would be with another map, as the assessment tells it. */
import type { StructureSummary } from '../../api/assessment';
import type { Band } from '../../api/terms';

export interface ConsequenceRow {
  readonly index: number;
  readonly name: string;
  readonly alphaBetaGy: number | null;
  readonly used: string;
  /** EQD2 of the prior course by the kind of map. */
  readonly byKind: Readonly<Record<string, { readonly d01ccGy: number | null; readonly meanGy: number | null }>>;
  readonly displacementMm: number | null;
  readonly d01ccRangeGy: Band | null;
  readonly meanRangeGy: Band | null;
  /** The near-maximum changes by more than it may, or its range is not known. */
  readonly isSensitive: boolean;
}

/** A row for each structure that the course is told for; those that depend on the map stand first. */
export function consequenceRows(structures: readonly StructureSummary[], course: string): ConsequenceRow[] {
  const rows = structures.flatMap((structure, index): ConsequenceRow[] => {
    const told = structure.uncertainty.registration?.[course];
    if (told === undefined) return [];
    const byKind = Object.entries(told.eqd2).map(
      ([kind, dose]) => [kind, { d01ccGy: dose.d0_1cc_gy, meanGy: dose.mean_gy }] as const,
    );
    return [
      {
        index,
        name: structure.name,
        alphaBetaGy: structure.alpha_beta_gy,
        used: told.used,
        byKind: Object.fromEntries(byKind),
        displacementMm: told.displacement_mm,
        d01ccRangeGy: told.d0_1cc_range_gy,
        meanRangeGy: told.mean_range_gy,
        isSensitive: told.verdict !== 'usable',
      },
    ];
  });
  return rows.sort((a, b) => Number(b.isSensitive) - Number(a.isSensitive) || width(b) - width(a) || a.index - b.index);
}

/** All kinds of maps that are told, the one in use first. */
export function kindsOf(rows: readonly ConsequenceRow[]): string[] {
  const used = rows.map((row) => row.used);
  return [...new Set([...used, ...rows.flatMap((row) => Object.keys(row.byKind))])];
}

/** What is not known may be anything, so that it comes before what is. */
function width({ d01ccRangeGy }: ConsequenceRow): number {
  return d01ccRangeGy === null ? Infinity : d01ccRangeGy[1] - d01ccRangeGy[0];
}
