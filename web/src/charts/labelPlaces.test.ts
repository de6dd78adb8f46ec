import { describe, expect, it } from 'vitest';

import { choosePlaces, overlaps, packRows, wrapRows } from './labelPlaces';

const box = (x: number, y = 0) => ({ x, y, width: 10, height: 10 });

describe('labels', () => {
  it('touching boxes do not overlap', () => {
    expect(overlaps(box(0), box(10))).toBe(false);
    expect(overlaps(box(0), box(9.9))).toBe(true);
    expect(overlaps(box(0), box(5, 10))).toBe(false);
  });

  it('takes the first free place, and none where all are taken', () => {
    expect(choosePlaces([[box(0)], [box(5), box(20)], [box(15)]])).toEqual([box(0), box(20), null]);
  });

  it('packs extents into as few rows as needed', () => {
    const extents = [
      { start: 0, end: 10 },
      { start: 5, end: 15 },
      { start: 13, end: 20 },
      { start: 11, end: 12 },
    ];
    // The third begins after the first with its gap; the fourth does not, and the second is still there.
    expect(packRows(extents, 2)).toEqual([0, 1, 0, 2]);
    expect(packRows([], 2)).toEqual([]);
  });

  it('wraps rows at the end of the room', () => {
    expect(wrapRows([40, 40, 40, 200], 100, 10)).toEqual([
      { x: 0, row: 0 },
      { x: 50, row: 0 },
      { x: 0, row: 1 },
      { x: 0, row: 2 },
    ]);
  });
});
