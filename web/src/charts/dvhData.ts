/** What a dose–volume chart shows, put together from the arrays of the curves and from the assessment. */
import type { Assessment, CourseSummary, JudgedConstraint, Metrics, StructureSummary } from '../api/assessment';
import type { Points } from './dvhPath';

export type DvhRole = 'cumulative' | 'prior' | 'current';

export interface DvhLine {
  /** Id of a course, or `cumulative`. */
  what: string;
  role: DvhRole;
  /** What a legend says. */
  label: string;
  /** Dose (EQD2 in Gy) and volume (%) in turn, dose rising. */
  points: Points;
}

export interface DvhStructure {
  /** Index in the assessment, which is also its number in pictures and its colour. */
  index: number;
  name: string;
  alphaBetaGy: number | null;
  volumeCc: number | null;
  /** Share of prior dose taken as recovered in the cumulative curve. */
  recovery: number;
  lines: DvhLine[];
  /** Dose, lower and upper volume (%) in turn: the 5–95 % band of the cumulative curve. */
  band: Points | null;
  /** Where the cumulative curve is not known: what is certain of it. */
  atLeast: Metrics | null;
  atMost: Metrics | null;
  limits: JudgedConstraint[];
}

/** A curve as the header of the arrays names it, with its values. */
export interface ServedCurve {
  structure: number;
  what: string;
  points: Points;
}

export interface ServedBand {
  structure: number;
  points: Points;
}

export function hasCurve(structure: DvhStructure): boolean {
  return structure.lines.some((line) => line.points.length >= 4);
}

export function cumulativeLine(structure: DvhStructure): DvhLine | null {
  return structure.lines.find((line) => line.role === 'cumulative') ?? null;
}

/** Whether only bounds are known of the sum of all courses. */
export function isBound(structure: DvhStructure): boolean {
  return cumulativeLine(structure) === null && (holds(structure.atLeast) || holds(structure.atMost));
}

function holds(metrics: Metrics | null): boolean {
  if (!metrics) return false;
  return Object.entries(metrics).some(([name, value]) => name.endsWith('_gy') && value !== null);
}

/** Structures of an assessment with their curves, in its order. Structures of which nothing is known are kept. */
export function dvhStructures(
  assessment: Pick<Assessment, 'structures' | 'courses' | 'constraints'>,
  curves: readonly ServedCurve[],
  bands: readonly ServedBand[],
): DvhStructure[] {
  return assessment.structures.map((summary, index) => ({
    ...factsOf(summary),
    index,
    lines: curves
      .filter((curve) => curve.structure === index)
      .map((curve) => lineOf(curve, assessment.courses))
      .sort((one, other) => drawOrder(one.role) - drawOrder(other.role)),
    band: bands.find((band) => band.structure === index)?.points ?? null,
    limits: assessment.constraints.filter((limit) => limit.structure === summary.name),
  }));
}

function factsOf(summary: StructureSummary): Omit<DvhStructure, 'index' | 'lines' | 'band' | 'limits'> {
  return {
    name: summary.name,
    alphaBetaGy: summary.alpha_beta_gy,
    volumeCc: summary.volume_cc,
    recovery: summary.recovery,
    atLeast: summary.cumulative_eqd2_at_least,
    atMost: summary.cumulative_eqd2_at_most,
  };
}

function lineOf(curve: ServedCurve, courses: readonly CourseSummary[]): DvhLine {
  if (curve.what === 'cumulative') {
    return { what: curve.what, role: 'cumulative', label: 'all courses', points: curve.points };
  }
  const course = courses.find((candidate) => candidate.id === curve.what);
  // A curve of a course that the assessment does not name is still shown, under its own id.
  const role = course?.role ?? 'prior';
  return { what: curve.what, role, label: `${curve.what}, ${course ? role : 'course'}`, points: curve.points };
}

/** The sum is drawn last, over its parts. */
function drawOrder(role: DvhRole): number {
  return { prior: 0, current: 1, cumulative: 2 }[role];
}

/** What the dose axis says, from the α/β of the structures that are shown. */
export function doseAxisLabel(structures: readonly DvhStructure[]): string {
  const values = new Set(structures.map((structure) => structure.alphaBetaGy));
  if (values.size > 1) return 'EQD2, each structure with its own α/β (Gy)';
  const [only] = values;
  return only === undefined || only === null ? 'EQD2 (Gy), α/β not known' : `EQD2 (α/β = ${only}\u00a0Gy), dose in Gy`;
}
