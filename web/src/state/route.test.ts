import { expect, it } from 'vitest';
import { addressOf, parseRoute } from './route';

it.each([
  ['', 'cases', null],
  ['#/cases', 'cases', null],
  ['#/case/3f2a', 'timeline', '3f2a'],
  ['#/case/3f2a/dose', 'dose', '3f2a'],
  ['#/case/a%2Fb/organs', 'organs', 'a/b'],
  ['#/case//dose', 'cases', null],
  ['#/case/3f2a/other', 'cases', null],
  ['#/case/3f2a/dose/more', 'cases', null],
  ['#/case/%E0%A4%A/dose', 'cases', null],
] as const)('%j', (hash, page, caseId) => {
  expect(parseRoute(hash)).toEqual({ page, caseId });
});

it('an address leads back to its route', () => {
  const route = { page: 'budget', caseId: 'a/b c' } as const;
  expect(parseRoute(addressOf(route))).toEqual(route);
});
