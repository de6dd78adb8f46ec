/** Changes of what the new plan is meant to give, and of the candidates for it. What states nothing is taken out. */
import type { JudgedConstraint } from '../../api/assessment';
import type { InspectedCourse, InspectedPlan } from '../../api/cases';
import type { BudgetSettings, CandidateSettings, Settings } from '../../api/settings';

/** States fields of the budget, or takes them back where they are undefined or empty. */
export function stateBudget(
  draft: Settings,
  change: { [F in keyof BudgetSettings]?: BudgetSettings[F] | undefined },
): void {
  const all = Object.entries({ ...draft.budget, ...change });
  const stated = all.filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0));
  if (stated.length === 0) delete draft.budget;
  else draft.budget = Object.fromEntries(stated);
}

/** Numbers of fractions as they are written: `5, 10`. */
export function readFractions(text: string): { value: number[]; reason?: undefined } | { reason: string } {
  const words = text.split(/[\s,;]+/).filter(Boolean);
  const numbers = words.map(Number);
  const wrong = words.find((_, index) => !isFractions(numbers[index]));
  if (wrong !== undefined) return { reason: `"${wrong}" is no number of fractions from 1 to 100` };
  return { value: [...new Set(numbers)].sort((a, b) => a - b) };
}

function isFractions(number: number | undefined): boolean {
  return number !== undefined && Number.isInteger(number) && number >= 1 && number <= 100;
}

export interface ChoosableLimit {
  id: string;
  title: string;
  structures: string[];
  evidence: JudgedConstraint['evidence'];
  source: string;
}

/** Limits on a dose that may be chosen to count, each once for all structures it holds for. */
export function choosableLimits(constraints: readonly JudgedConstraint[]): ChoosableLimit[] {
  const found = new Map<string, ChoosableLimit>();
  for (const { id, title, structure, evidence, source, scope, unit, is_landmark } of constraints) {
    if (is_landmark || unit !== 'Gy' || (scope !== 'cumulative' && scope !== 'current')) continue;
    const known = found.get(id);
    if (known === undefined) found.set(id, { id, title, structures: [structure], evidence, source });
    else known.structures.push(structure);
  }
  return [...found.values()];
}

/** The ids that count after one was taken in or out; none stated means that all count. */
export function toggledLimit(chosen: readonly string[], all: readonly string[], id: string): string[] {
  const counting = chosen.length === 0 ? all : chosen;
  const next = counting.includes(id) ? counting.filter((other) => other !== id) : [...counting, id];
  return all.every((other) => next.includes(other)) ? [] : next;
}

export interface CandidatePlan {
  uid: string;
  label: string;
  /** What the settings call it: its label, or its UID where another plan bears the same label. */
  reference: string;
  words: string;
  course: InspectedCourse;
}

/** Every plan of a case, those of the current course first. */
export function candidatePlans(courses: readonly InspectedCourse[]): CandidatePlan[] {
  const sorted = [...courses].sort((a, b) => Number(b.role === 'current') - Number(a.role === 'current'));
  const all = sorted.flatMap((course) => course.plans.map((plan) => ({ course, plan })));
  const labels = all.map(({ plan }) => plan.label);
  return all.map(({ course, plan }) => ({
    uid: plan.uid,
    label: plan.label,
    reference: labels.filter((label) => label === plan.label).length > 1 ? plan.uid : plan.label,
    words: planWords(plan),
    course,
  }));
}

function planWords(plan: InspectedPlan): string {
  const dose = plan.prescription_gy === null ? 'prescription not known' : `${plan.prescription_gy}\u00a0Gy`;
  const fractions = plan.fractions_planned === null ? 'fractions not known' : `${plan.fractions_planned} fractions`;
  return `${plan.modality}, ${dose} in ${fractions}`;
}

/** Whether a candidate holds a plan, named by label or UID. */
export function holdsPlan(candidate: CandidateSettings, plan: CandidatePlan): boolean {
  return candidate.plans.some((name) => name === plan.uid || name === plan.label);
}

/** The plans of a candidate after one was taken in or out. */
export function toggledPlan(candidate: CandidateSettings, plan: CandidatePlan): string[] {
  return holdsPlan(candidate, plan)
    ? candidate.plans.filter((name) => name !== plan.uid && name !== plan.label)
    : [...candidate.plans, plan.reference];
}

/** Why candidates cannot be compared as they stand; nothing where they can. */
export function candidatesProblem(settings: Settings): string | null {
  const candidates = settings.candidate ?? [];
  const names = candidates.map(({ name }) => name.trim());
  if (names.some((name) => name === '')) return 'Every candidate needs a name.';
  if (new Set(names).size < names.length) return 'Two candidates have the same name.';
  const empty = candidates.find(({ plans }) => plans.length === 0);
  if (empty !== undefined) return `“${empty.name}” has no plan.`;
  if (candidates.length > 0 && settings.case?.current_course !== undefined) {
    return 'The settings name the current course; candidates stand in its place.';
  }
  return candidates.length === 1 ? 'Two candidates or more are compared.' : null;
}
