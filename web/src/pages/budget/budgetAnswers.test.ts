import { describe, expect, it } from 'vitest';
import type { Budget, LimitBudget } from '../../api/budget';
import { askOrder, budgetFor, budgetGroups, curveOf, mostTelling, MOST_FRACTIONS } from './budgetAnswers';

function limit(structure: string, id: string, totals: Record<number, number | null>): LimitBudget {
  const options = Object.entries(totals).map(([fractions, total_gy]) => ({ fractions: Number(fractions), total_gy }));
  return { structure, id, options } as LimitBudget;
}

const BOTH = {
  fractions: [5, 10],
  limits: [limit('cord', 'a', { 5: 12, 10: 15 }), limit('brain', 'b', { 5: null, 10: 8 })],
  not_limited: [
    { structure: 'eye', fractions: [5, 10] },
    { structure: 'skin', fractions: [10] },
  ],
  targets: [
    { structure: 'PTV', fractions: 5 },
    { structure: 'PTV', fractions: 10 },
  ],
} as unknown as Budget;

describe('one number of fractions of a budget for several', () => {
  it('has its own options, targets and organs without a limit', () => {
    const five = budgetFor(BOTH, 5);
    expect(five?.limits.map(({ options }) => options.map(({ total_gy }) => total_gy))).toEqual([[12], [null]]);
    expect(five?.not_limited.map(({ structure }) => structure)).toEqual(['eye']);
    expect(five?.targets).toHaveLength(1);
  });

  it('is nothing where the budget does not speak of it', () => {
    expect(budgetFor(BOTH, 7)).toBeNull();
  });
});

it('the curve of a limit rises in fractions and holds what is known alone', () => {
  const answers: [number, Budget | null][] = [
    [10, budgetFor(BOTH, 10)],
    [7, null],
    [5, budgetFor(BOTH, 5)],
  ];
  const points = curveOf(answers, 'brain\nb').map(({ fractions, option }) => [fractions, option.total_gy]);
  expect(points).toEqual([
    [5, null],
    [10, 8],
  ]);
  expect(curveOf(answers, 'brain\nother')).toEqual([]);
});

describe('the order', () => {
  const ten = budgetFor(BOTH, 10)?.limits ?? [];

  it('is as drawn, or by the least total', () => {
    expect(budgetGroups(ten, 'drawn').map(({ structure }) => structure)).toEqual(['cord', 'brain']);
    expect(budgetGroups(ten, 'least').map(({ structure }) => structure)).toEqual(['brain', 'cord']);
  });

  it('has what is not known at the end', () => {
    const five = budgetFor(BOTH, 5)?.limits ?? [];
    expect(budgetGroups([...five].reverse(), 'least').map(({ structure }) => structure)).toEqual(['cord', 'brain']);
  });
});

it('every number of fractions is asked for once', () => {
  expect([...askOrder(true)].sort((a, b) => a - b)).toEqual(
    Array.from({ length: MOST_FRACTIONS }, (_, index) => index + 1),
  );
  expect(askOrder(false).length).toBeLessThan(15);
});

it('the limit that is drawn first leaves the least, and something', () => {
  const limits = [
    limit('a', '1', { 5: 30 }),
    limit('a', '2', { 5: 0 }),
    limit('a', '3', { 5: null }),
    limit('a', '4', { 5: 9 }),
  ];
  expect(mostTelling(limits)?.id).toBe('4');
  expect(mostTelling(limits.slice(1, 3))?.id).toBe('2');
  expect(mostTelling([])).toBeNull();
});
