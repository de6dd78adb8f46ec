/** Answers of the server to "what may still be given", by the number of fractions. */
import type { Budget, BudgetOption, LimitBudget } from '../../api/budget';

/** Numbers of fractions that can be asked for on the page. */
export const FEWEST_FRACTIONS = 1;
export const MOST_FRACTIONS = 40;

/** Numbers that are asked for by themselves, so that a chart has a shape before anybody asks for more. */
export const FIRST_ASKED: readonly number[] = [1, 3, 5, 8, 10, 15, 20, 25, 30, 35, 40];

/** All numbers, those first that give the chart its shape. */
export function askOrder(isEvery: boolean): number[] {
  const all = Array.from({ length: MOST_FRACTIONS }, (_, index) => index + FEWEST_FRACTIONS);
  return isEvery ? [...FIRST_ASKED, ...all.filter((n) => !FIRST_ASKED.includes(n))] : [...FIRST_ASKED];
}

/** What a budget for several numbers of fractions says of one of them; nothing where it does not speak of it. */
export function budgetFor(budget: Budget, fractions: number): Budget | null {
  if (!budget.fractions.includes(fractions)) return null;
  return {
    ...budget,
    fractions: [fractions],
    limits: budget.limits.map((limit) => ({
      ...limit,
      options: limit.options.filter((option) => option.fractions === fractions),
    })),
    not_limited: budget.not_limited.filter((open) => open.fractions.includes(fractions)),
    targets: budget.targets.filter((target) => target.fractions === fractions),
  };
}

/** Names a limit within a budget. */
export function budgetKey(limit: Pick<LimitBudget, 'structure' | 'id'>): string {
  return `${limit.structure}\n${limit.id}`;
}

export interface CurvePoint {
  fractions: number;
  option: BudgetOption;
}

/** What is known of a limit so far, by rising number of fractions. */
export function curveOf(answers: Iterable<readonly [number, Budget | null]>, key: string): CurvePoint[] {
  const points: CurvePoint[] = [];
  for (const [fractions, budget] of answers) {
    const limit = budget?.limits.find((candidate) => budgetKey(candidate) === key);
    const option = limit?.options.find((candidate) => candidate.fractions === fractions);
    if (option !== undefined) points.push({ fractions, option });
  }
  return points.sort((a, b) => a.fractions - b.fractions);
}

export type BudgetOrder = 'drawn' | 'least';

export interface BudgetGroup {
  structure: string;
  limits: LimitBudget[];
}

/** Limits by structure; by the least total, those that are not known come last. */
export function budgetGroups(limits: readonly LimitBudget[], order: BudgetOrder): BudgetGroup[] {
  const names = [...new Set(limits.map(({ structure }) => structure))];
  const groups = names.map((structure) => ({
    structure,
    limits: limits.filter((limit) => limit.structure === structure),
  }));
  if (order === 'drawn') return groups;
  const sorted = groups.map((group) => ({ ...group, limits: group.limits.sort((a, b) => total(a) - total(b)) }));
  const first = (group: BudgetGroup): number => (group.limits[0] === undefined ? Infinity : total(group.limits[0]));
  return sorted.sort((a, b) => compared(first(a), first(b)));
}

/** The limit that leaves the least and still something, else the first one: a curve at zero tells nothing. */
export function mostTelling(limits: readonly LimitBudget[]): LimitBudget | null {
  const leaving = limits.filter((limit) => (limit.options[0]?.total_gy ?? 0) > 0);
  return leaving.sort((a, b) => total(a) - total(b))[0] ?? limits[0] ?? null;
}

function total(limit: LimitBudget): number {
  return limit.options[0]?.total_gy ?? Number.MAX_VALUE;
}

/** Infinity from itself would be no number. */
function compared(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
