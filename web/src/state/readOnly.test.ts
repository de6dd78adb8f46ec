import { expect, it, vi } from 'vitest';
import { readOnly } from './readOnly';

it('what is read is what is there, also in lists and deep within', () => {
  const settings = { budget: { fractions: [5, 10] }, case: { site: 'spine' } };
  const view = readOnly(settings, () => undefined);
  expect(view).toEqual(settings);
  expect(view.budget.fractions.map((n) => 2 * n)).toEqual([10, 20]);
  expect(Object.keys(view)).toEqual(['budget', 'case']);
  expect(JSON.stringify(view)).toBe(JSON.stringify(settings));
});

it('no change goes through, and each is told', () => {
  const settings: { budget?: { fractions: number[] }; note?: string } = { budget: { fractions: [5] } };
  const before = structuredClone(settings);
  const refused = vi.fn();
  const view = readOnly(settings, refused);
  view.note = 'mine';
  view.budget?.fractions.push(7);
  delete view.budget;
  Object.assign(view, { note: 'mine' });
  Object.defineProperty(view, 'note', { value: 'mine', configurable: true });
  expect(settings).toEqual(before);
  expect(refused.mock.calls.length).toBeGreaterThanOrEqual(5);
});

it('it shows what changes beneath it', () => {
  const settings = { list: [1] };
  const view = readOnly(settings, () => undefined);
  settings.list.push(2);
  expect(view.list).toEqual([1, 2]);
});
