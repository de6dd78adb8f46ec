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
  ['#/administration', 'administration', null],
  ['#/administration/dose', 'cases', null],
  ['#/case/3f2a/administration', 'cases', null],
] as const)('%j', (hash, page, caseId) => {
  expect(parseRoute(hash)).toEqual({ page, caseId });
});

it.each([
  { page: 'budget', caseId: 'a/b c' },
  { page: 'cases', caseId: null },
  { page: 'administration', caseId: null },
] as const)('an address leads back to its route: $page', (route) => {
  expect(parseRoute(addressOf(route))).toEqual(route);
});
