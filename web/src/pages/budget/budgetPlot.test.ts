import { expect, it } from 'vitest';
import type { BudgetOption } from '../../api/budget';
import type { CurvePoint } from './budgetAnswers';
import { highestTotal, plotLine } from './budgetPlot';

function point(fractions: number, total_gy: number | null, cautious_total_gy: number | null = null): CurvePoint {
  return { fractions, option: { fractions, total_gy, cautious_total_gy } as BudgetOption };
}

const SCALE = { x: (n: number): number => n * 10, y: (gray: number): number => 100 - gray };

it('the line is broken where nothing is known', () => {
  const points = [point(1, 10), point(2, 20), point(3, null), point(4, 40), point(5, 50)];
  expect(plotLine(points, 'total_gy', SCALE)).toBe('M10.0 90.0L20.0 80.0M40.0 60.0L50.0 50.0');
  expect(plotLine(points, 'cautious_total_gy', SCALE)).toBe('');
});

it('the scale reaches over what is drawn, also over a cautious total above the other', () => {
  expect(highestTotal([point(1, 10, 12), point(2, null, null)])).toBe(12);
  expect(highestTotal([])).toBe(0);
});
