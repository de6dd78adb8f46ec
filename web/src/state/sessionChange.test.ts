import { expect, it } from 'vitest';
import type { Mode, Session } from '../api/session';
import { sessionChange } from './sessionChange';

function session(mode: Mode, name: string | null): Session {
  const account =
    name === null ? null : { name, printed_name: name, role: 'physicist' as const, sees_all: true, is_linked: false };
  return { version: '0.1.0', mode, knowledge_sha256: 'a', takes_passwords: true, provider: null, account, may: [] };
}

it('the first answer changes nothing', () => {
  expect(sessionChange(null, session('department', 'ada'))).toBe('same');
});

it.each([
  ['ada', 'ada', 'same'],
  ['ada', null, 'ended'],
  ['ada', 'bela', 'another-person'],
  [null, 'ada', 'same'],
  [null, null, 'same'],
] as const)('%s and then %s in a department: %s', (before, after, change) => {
  expect(sessionChange(session('department', before), session('department', after))).toBe(change);
});

it('a local session stays what it is, and a server of the other mode is another one', () => {
  expect(sessionChange(session('local', null), session('local', null))).toBe('same');
  expect(sessionChange(session('local', null), session('department', null))).toBe('another-person');
  expect(sessionChange(session('department', 'ada'), session('local', null))).toBe('another-person');
});
