import { expect, it } from 'vitest';
import type { Session } from '../api/session';
import { whyNot } from './permission';

const VIEWER = { name: 'vera', printed_name: 'Vera Lang', role: 'viewer', sees_all: true, is_linked: false } as const;

function session(more: Partial<Session>): Session {
  return {
    version: '0.1.0',
    mode: 'department',
    knowledge_sha256: 'a',
    takes_passwords: true,
    provider: null,
    account: VIEWER,
    may: [],
    ...more,
  };
}

it('what is listed is allowed, and what is not is told with the role', () => {
  const one = session({ may: ['get_cases'] });
  expect(whyNot(one, 'get_cases')).toBeUndefined();
  expect(whyNot(one, 'delete_cases_case')).toBe('Your role viewer may not delete cases.');
});

it('without a session nothing is allowed in a department', () => {
  expect(whyNot(session({ account: null }), 'get_cases')).toBe('Whoever is not signed in may not see cases.');
});

it('nobody is kept from anything in local mode, also by a server that lists nothing', () => {
  expect(whyNot(session({ mode: 'local', account: null }), 'delete_cases_case')).toBeUndefined();
  expect(whyNot({ version: '0.1.0', mode: 'local', knowledge_sha256: 'a' } as Session, 'post_imports')).toBeUndefined();
  expect(whyNot(null, 'post_imports')).toBeUndefined();
});
