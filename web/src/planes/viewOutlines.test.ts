import { expect, it } from 'vitest';
import type { OutlineProvider, Outlines, PriorOutlines } from './scene';
import { gridOf } from './testVolumes';
import { PriorOutlineFinder, ViewOutlines } from './viewOutlines';

const grid = gridOf({ size: [5, 5, 5] });
const OUTLINES: Outlines = { lines: [] };
const prior = (provider: OutlineProvider | null, isMoving: boolean): PriorOutlines => ({
  title: 'prior',
  course: 'C1',
  provider,
  isMoving,
  note: null,
  styleOf: () => null,
});
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

it('through a map that stays, neighbours are fetched ahead; through one that is moved, only the plane itself', async () => {
  const finder = new PriorOutlineFinder(() => undefined);
  const asked: number[] = [];
  const provider: OutlineProvider = (_, positionMm) => {
    asked.push(positionMm);
    return Promise.resolve(OUTLINES);
  };
  const view = new ViewOutlines();
  expect(view.findPrior(finder, prior(provider, false), grid, 'axial', 2).state).toBe('coming');
  await settle();
  expect(view.findPrior(finder, prior(provider, false), grid, 'axial', 2)).toEqual({
    outlines: OUTLINES,
    state: 'here',
  });
  expect(asked.toSorted()).toEqual([0, 1, 2, 3, 4]);
  asked.length = 0;
  view.findPrior(
    finder,
    prior((plane, positionMm) => provider(plane, positionMm), true),
    grid,
    'axial',
    2,
  );
  await settle();
  expect(asked).toEqual([2]);
});

it('where nothing can be carried, nothing is asked', () => {
  const finder = new PriorOutlineFinder(() => undefined);
  for (const isMoving of [true, false]) {
    expect(new ViewOutlines().findPrior(finder, prior(null, isMoving), grid, 'axial', 2).state).toBe('none');
  }
  expect(new ViewOutlines().findPrior(finder, undefined, grid, 'axial', 2).state).toBe('none');
});

it('what failed is tried again when a person comes back to the plane', async () => {
  const finder = new PriorOutlineFinder(() => undefined);
  const asked: number[] = [];
  const provider: OutlineProvider = (_, positionMm) => {
    asked.push(positionMm);
    return Promise.reject(new Error('no'));
  };
  const view = new ViewOutlines();
  const find = (positionMm: number): string =>
    view.findPrior(finder, prior(provider, false), grid, 'axial', positionMm).state;
  find(2);
  await settle();
  expect(find(2)).toBe('failed');
  asked.length = 0;
  find(3);
  find(2);
  await settle();
  expect(asked).toContain(2);
});
