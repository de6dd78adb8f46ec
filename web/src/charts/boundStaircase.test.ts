import { describe, expect, it } from 'vitest';

import type { Metrics } from '../api/assessment';
import { atLeastStairs, atMostStairs } from './boundStaircase';

const NONE: Metrics = {
  volume_cc: null,
  min_gy: null,
  max_gy: null,
  mean_gy: null,
  d98_percent_gy: null,
  d95_percent_gy: null,
  d50_percent_gy: null,
  d2_percent_gy: null,
  d0_03cc_gy: null,
  d0_1cc_gy: null,
  d0_5cc_gy: null,
  d1cc_gy: null,
};

describe('stairs of bounds', () => {
  const known = { ...NONE, d50_percent_gy: 10, d0_1cc_gy: 30 };
  it('an upper bound of a small volume holds for all larger ones', () => {
    expect(atMostStairs(known, 10)).toEqual([
      [10, 100],
      [10, 50],
      [30, 50],
      [30, 1],
    ]);
  });
  it('a lower bound of a large volume holds for all smaller ones', () => {
    expect(atLeastStairs(known, 10)).toEqual([
      [0, 50],
      [10, 50],
      [10, 1],
      [30, 1],
      [30, 0],
    ]);
  });
  it('leaves out measures whose volume is not known, and the mean', () => {
    expect(atMostStairs({ ...NONE, d0_1cc_gy: 30, mean_gy: 5 }, null)).toEqual([]);
    expect(atLeastStairs(NONE, 10)).toEqual([]);
  });
});
