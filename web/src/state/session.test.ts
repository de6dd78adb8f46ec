import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { getCase } from '../api/client';
import type { Session } from '../api/session';
import { session } from './session.svelte';
import { guardUnsaved, isAnythingUnsaved } from './unsaved';

const reload = vi.fn();
const replaceState = vi.fn();
let now: { status: number; body: unknown };

function signedIn(name: string | null, may: string[] = []): Session {
  const account =
    name === null ? null : { name, printed_name: name, role: 'viewer' as const, sees_all: true, is_linked: false };
  return {
    version: '0.1.0',
    mode: 'department',
    knowledge_sha256: 'a',
    takes_passwords: true,
    provider: null,
    account,
    may,
  };
}

function answer(body: unknown, status = 200): void {
  now = { status, body };
}

beforeEach(async () => {
  vi.stubGlobal('fetch', () =>
    Promise.resolve(now.status === 204 ? new Response(null, { status: 204 }) : Response.json(now.body, now)),
  );
  vi.stubGlobal('location', { reload });
  vi.stubGlobal('history', { replaceState });
  vi.stubGlobal('document', { addEventListener: vi.fn(), removeEventListener: vi.fn(), hidden: false });
  session.current = null;
  session.hasEnded = false;
  reload.mockClear();
  answer(signedIn('ada', ['get_cases']));
  await session.load();
});

afterEach(() => vi.unstubAllGlobals());

it('an account may do what the server lists', () => {
  expect(session.owner).toBe('ada');
  expect(session.isClosed).toBe(false);
  expect(session.allows('get_cases')).toBe(true);
  expect(session.whyNot('delete_cases_case')).toBe('Your role viewer may not delete cases.');
});

it('in local mode there is no account, and no draft has an owner', async () => {
  session.current = null;
  answer({ version: '0.1.0', mode: 'local', knowledge_sha256: 'a' });
  await session.load();
  expect([session.owner, session.account, session.isClosed]).toEqual([null, null, false]);
  expect(session.allows('delete_cases_case')).toBe(true);
});

it('a session that ends keeps whose it was, and goes on when the same person is back', async () => {
  const resumed = vi.fn();
  const forget = session.onResume(resumed);
  const stop = session.start();
  answer({ code: 'no-session', message: 'nobody is signed in' }, 401);
  await expect(getCase('1')).rejects.toMatchObject({ code: 'no-session' });
  expect([session.hasEnded, session.owner]).toEqual([true, 'ada']);
  answer(signedIn('ada'));
  expect(await session.signIn('ada', 'secret')).toBeNull();
  expect([session.hasEnded, resumed.mock.calls.length, reload.mock.calls.length]).toEqual([false, 1, 0]);
  stop();
  forget();
});

it('an answer that was overtaken counts for nothing', async () => {
  answer(signedIn(null));
  const late = session.load();
  answer(signedIn('ada'));
  await session.signIn('ada', 'secret');
  await late;
  expect(session.hasEnded).toBe(false);
});

it('another person begins afresh, is not asked about what was not theirs, and is not shown meanwhile', async () => {
  guardUnsaved(() => true);
  session.hasEnded = true;
  answer(signedIn('bela'));
  await session.signIn('bela', 'secret');
  expect(reload).toHaveBeenCalledTimes(1);
  expect(replaceState).toHaveBeenCalledWith(null, '', '#/cases');
  expect(isAnythingUnsaved()).toBe(false);
  expect([session.hasEnded, session.owner]).toEqual([true, 'ada']);
});

it('a password that is refused is told and ends nothing', async () => {
  answer({ code: 'sign-in-refused', message: 'the name or the password is not right' }, 401);
  expect(await session.signIn('ada', 'wrong')).toMatchObject({ code: 'sign-in-refused' });
  expect(session.hasEnded).toBe(false);
});

it('who signs out leaves nothing in memory', async () => {
  answer(null, 204);
  expect(await session.signOut()).toBeNull();
  expect(reload).toHaveBeenCalledTimes(1);
});

it('who could not be signed out is told so', async () => {
  answer({ code: 'busy', message: 'not now' }, 503);
  expect(await session.signOut()).toMatchObject({ code: 'busy' });
  expect(reload).not.toHaveBeenCalled();
});
