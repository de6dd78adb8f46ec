import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../api/assessment';
import { limitsOf, prescriptionsOf } from './scaleHints';

const limit = (rest: object): object => ({ unit: 'Gy', scope: 'cumulative', alpha_beta_gy: 2, limit_gy: 50, ...rest });
const ASSESSMENT = {
  courses: [
    { id: 'C1', plans: [{ prescription_gy: 60 }] },
    { id: 'C2', plans: [{ prescription_gy: 20 }, { prescription_gy: 10 }] },
    { id: 'C3', plans: [{ prescription_gy: null }] },
    { id: 'C4', plans: [] },
  ],
  constraints: [
    limit({}),
    limit({ limit_gy: 45 }),
    limit({}),
    limit({ limit_gy: null }),
    limit({ alpha_beta_gy: 3, limit_gy: 70 }),
    limit({ scope: 'current', limit_gy: 8 }),
    limit({ unit: 'cc', limit_gy: 5 }),
    limit({ alpha_beta_gy: null, limit_gy: 9 }),
  ],
} as unknown as Assessment;

describe('hints for levels', () => {
  it('are prescriptions of courses with one plan', () => {
    expect(prescriptionsOf(ASSESSMENT)).toEqual([{ label: 'C1 (60 Gy)', gy: 60 }]);
    expect(prescriptionsOf(null)).toEqual([]);
  });

  it.each([
    [2, [45, 50]],
    [3, [70]],
    [10, []],
    [null, []],
  ])('are limits of cumulative doses with α/β %s', (alphaBeta, expected) => {
    expect(limitsOf(ASSESSMENT, alphaBeta)).toEqual(expected);
  });
});
