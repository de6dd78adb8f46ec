import { describe, expect, it } from 'vitest';

import { placeTicks, roundEnd, ticksWithin } from './axis';

describe('ticks', () => {
  it.each([
    [0, 80, 4, ['0', '20', '40', '60', '80']],
    [0, 1, 4, ['0.00', '0.25', '0.50', '0.75', '1.00']],
    [13.2, 14.1, 5, ['13.2', '13.4', '13.6', '13.8', '14.0']],
    [0, 0.3, 3, ['0.0', '0.1', '0.2', '0.3']],
  ])('from %d to %d in at most %d steps', (low, high, most, labels) => {
    expect(ticksWithin(low, high, most).map((tick) => tick.label)).toEqual(labels);
  });

  it('ends an axis at a round value that is not below the highest one', () => {
    for (let tenth = 1; tenth < 3000; tenth += 1) {
      const end = roundEnd(tenth / 10);
      expect(end).toBeGreaterThanOrEqual((tenth / 10) * (1 - 1e-8));
      expect(end).toBeLessThanOrEqual((tenth / 10) * 2 + 1e-9);
    }
    expect(roundEnd(0)).toBe(roundEnd(1));
    expect(roundEnd(Number.NaN)).toBe(roundEnd(1));
  });

  it('leaves out a label that would touch the one before', () => {
    const ticks = ticksWithin(0, 100, 20);
    const placed = placeTicks(
      ticks,
      (value) => value,
      10,
      (text) => text.length * 6,
    );
    const labelled = placed.filter((tick) => tick.hasLabel);
    expect(labelled.length).toBeLessThan(ticks.length);
    for (const [index, tick] of labelled.entries()) {
      const before = labelled[index - 1];
      if (before) expect(tick.at - tick.label.length * 3).toBeGreaterThanOrEqual(before.at + before.label.length * 3);
    }
  });
});
