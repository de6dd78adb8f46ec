import { expect, it } from 'vitest';
import { rbePatch, rbeWay, schedulePatch, scheduleReason } from './pairedFields';

it.each([
  [null, null, true],
  [1, null, true],
  [2, 6, true],
  [4, 6, true],
  [2, null, false],
  [null, 6, false],
  [1, 6, false],
  [4, 6.5, false],
] as const)('%s a day, %s hours apart', (perDay, hours, isPossible) => {
  expect(scheduleReason(perDay, hours) === null).toBe(isPossible);
});

it('once a day is nothing to state', () => {
  expect(schedulePatch(1, null)).toEqual({ fractions_per_day: undefined, hours_between: undefined });
  expect(schedulePatch(2, 6)).toEqual({ fractions_per_day: 2, hours_between: 6 });
});

it.each([
  [{}, 'object'],
  [{ rbe_included: true }, 'included'],
  [{ rbe: 1.1 }, 'factor'],
  [{ rbe: 1.1, rbe_included: false }, 'factor'],
  [{ rbe: 1.1, rbe_model: 'carabe', let_grid: '1.2' }, 'model'],
] as const)('%j is the way %s', (stated, way) => {
  expect(rbeWay(stated)).toBe(way);
});

it('a way is taken when nothing of it is missing, and leaves nothing of another behind', () => {
  const none = { rbe: undefined, rbe_included: undefined, rbe_model: undefined, let_grid: undefined };
  expect(rbePatch('object', 1.1, 'carabe', '1.2')).toEqual(none);
  expect(rbePatch('included', 1.1, null, '')).toEqual({ ...none, rbe_included: true });
  expect(rbePatch('factor', null, null, '')).toBeNull();
  expect(rbePatch('factor', 1.1, 'carabe', '1.2')).toEqual({ ...none, rbe: 1.1 });
  expect(rbePatch('model', 1.1, null, '1.2')).toBeNull();
  expect(rbePatch('model', 1.1, 'carabe', '')).toBeNull();
  expect(rbePatch('model', null, 'carabe', '1.2')).toBeNull();
  expect(rbePatch('model', 1.1, 'carabe', '1.2')).toEqual({ ...none, rbe: 1.1, rbe_model: 'carabe', let_grid: '1.2' });
});
