import { expect, it } from 'vitest';
import type { Account } from '../../api/administration';
import { casesWith, granteesOf, overseersOf, withGrant } from './grants';

function account(name: string, more: Partial<Account> = {}): Account {
  return {
    id: name,
    name,
    printed_name: name,
    role: 'physicist',
    sees_all: false,
    is_disabled: false,
    is_linked: false,
    ...more,
  };
}

const CASES = [
  { id: '1', label: 'Cord 2024', granted_to: ['ada'] },
  { id: '2', label: 'Glioma', granted_to: [] },
];

it('cases are given to those who do not see all of them', () => {
  const all = [
    account('ada'),
    account('chief', { sees_all: true }),
    account('gone', { is_disabled: true }),
    account('root', { role: 'admin' }),
    account('planner', { role: 'service' }),
  ];
  expect(granteesOf(all).map(({ name }) => name)).toEqual(['ada', 'planner']);
  expect(overseersOf(all).map(({ name }) => name)).toEqual(['chief']);
});

it('a case is given once, and taken, and others stay', () => {
  const given = withGrant(withGrant(CASES, '2', 'ada', true), '2', 'ada', true);
  expect(given.map(({ granted_to }) => granted_to)).toEqual([['ada'], ['ada']]);
  expect(withGrant(given, '1', 'ada', false).map(({ granted_to }) => granted_to)).toEqual([[], ['ada']]);
});

it.each([
  ['', 2],
  ['cord', 1],
  ['2024 CORD', 1],
  ['cord glioma', 0],
])('cases with the words %j: %i', (words, n) => {
  expect(casesWith(CASES, words)).toHaveLength(n);
});
