import { expect, it } from 'vitest';

import type { LimitMark } from './limitMarks';
import { stackedMarks } from './markStack';

const PLACES = { x: (dose: number) => dose * 10, y: (percent: number) => 400 - percent * 4, left: 0, right: 600 };
const mark = (doseGy: number): LimitMark =>
  ({
    doseGy,
    volumePercent: 0,
    on: 'cumulative',
    isOnAxis: false,
    doseUpperGy: null,
    limit: { id: String(doseGy) },
  }) as LimitMark;

it('stacks signs of limits at one place and keeps the places', () => {
  const placed = stackedMarks([mark(50), mark(50.5), mark(20)], PLACES, 12);
  expect(placed.map((each) => each.x)).toEqual([200, 500, 505]);
  expect(placed[1]?.signY).not.toBe(placed[2]?.signY);
  expect(placed.every((each) => each.y === 400)).toBe(true);
});

it('tells a limit beyond the axis at its end', () => {
  const [placed] = stackedMarks([mark(90)], PLACES, 12);
  expect(placed?.isBeyond).toBe(true);
  expect(placed?.x).toBeLessThan(600);
});
