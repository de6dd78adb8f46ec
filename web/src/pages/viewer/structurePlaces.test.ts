import { describe, expect, it } from 'vitest';
import type { Outlines } from '../../planes/scene';
import { filledVolume, gridOf } from '../../planes/testVolumes';
import { OutlineStore } from './outlineStore';
import { axialPositions, centreOf, hottestOf, pointOn, slicesOf } from './structurePlaces';

const SQUARE = Float32Array.of(0, 0, 10, 0, 10, 10, 0, 10, 0, 0);
/** A horseshoe that is open to the left: its middle row is inside only at the right. */
const BENT = Float32Array.of(0, 0, 30, 0, 30, 30, 0, 30, 0, 20, 20, 20, 20, 10, 0, 10, 0, 0);

function store(drawn: (z: number) => Float32Array[]): { store: OutlineStore; asked: number[] } {
  const asked: number[] = [];
  const made = new OutlineStore((_, z) => {
    asked.push(z);
    const lines = drawn(z).map((points) => ({ structure: 3, name: 'cord', points }));
    return Promise.resolve<Outlines>({ lines });
  });
  return { store: made, asked };
}

describe('axialPositions', () => {
  it('lists each slice once, from the feet up, also where the planes run down', () => {
    const grid = gridOf({
      origin_mm: [0, 0, 9],
      direction: [1, 0, 0, 0, -1, 0, 0, 0, -1],
      spacing_mm: [1, 1, 3],
      size: [4, 4, 4],
    });
    expect(axialPositions(grid)).toEqual([0, 3, 6, 9]);
  });
});

describe('slicesOf', () => {
  const positions = Array.from({ length: 21 }, (_, n) => n);

  it.each([
    ['in the middle', 5, 11],
    ['between the slices that are looked at first', 9, 10],
    ['up to the ends', 0, 20],
  ])('finds all slices of a structure %s', async (_, from, to) => {
    const { store: outlines } = store((z) => (z >= from && z <= to ? [SQUARE] : []));
    const found = await slicesOf(outlines, positions, 3);
    expect(found.map(({ positionMm }) => positionMm)).toEqual(positions.slice(from, to + 1));
  });

  it('finds nothing of a structure that is not drawn, and asks for no slice twice', async () => {
    const { store: outlines, asked } = store(() => [SQUARE]);
    expect(await slicesOf(outlines, positions, 4)).toEqual([]);
    expect(asked.length).toBe(new Set(asked).size);
  });
});

describe('places', () => {
  it('take a point inside, also of a structure that is bent', () => {
    expect(pointOn({ positionMm: 7, lines: [BENT] })).toEqual([25, 15, 7]);
    expect(centreOf([])).toBeNull();
  });

  it('find the hottest place within the structure, not beside it', () => {
    const grid = gridOf({ origin_mm: [-20, -20, 0], spacing_mm: [2, 2, 2], size: [30, 30, 10] });
    const rising = filledVolume(grid, (p) => p[0]);
    const hole = Float32Array.of(6, 0.5, 10, 0.5, 10, 8.5, 6, 8.5, 6, 0.5);
    const hottest = hottestOf([{ positionMm: 4, lines: [SQUARE] }], rising);
    expect(hottest?.[0]).toBeCloseTo(9, 6);
    expect(hottest?.[1]).toBe(1);
    expect(hottestOf([{ positionMm: 4, lines: [SQUARE, hole] }], rising)?.[1]).toBe(9);
    const unknown = filledVolume(grid, () => NaN);
    expect(hottestOf([{ positionMm: 4, lines: [SQUARE] }], unknown)).toBeNull();
  });
});
