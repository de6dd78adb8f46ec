import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { addAccount, changeAccount, getAudit, giveCase, renewToken, takeCase } from './administration';

const fetched = vi.fn();

beforeEach(() => {
  fetched.mockReset();
  fetched.mockImplementation(() => Promise.resolve(new Response('{"token":"t"}')));
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => vi.unstubAllGlobals());

function asked(): unknown[] {
  const [address, { method, body }] = fetched.mock.calls[0] as [string, { method: string; body?: string }];
  return [method, address, ...(body === undefined ? [] : [JSON.parse(body) as unknown])];
}

it('names of accounts and cases cannot change the path of a request', async () => {
  await giveCase('../a', 'b/c');
  expect(asked()).toEqual(['PUT', '/api/v1/grants/..%2Fa/b%2Fc']);
});

it('a case is taken where it was given', async () => {
  await takeCase('1', 'ada');
  expect(asked()).toEqual(['DELETE', '/api/v1/grants/1/ada']);
});

it('a new account is sent as it is', async () => {
  const account = { name: 'ada', printed_name: 'Ada Berg', role: 'viewer', sees_all: false, password: 'p' } as const;
  await addAccount(account);
  expect(asked()).toEqual(['POST', '/api/v1/accounts', account]);
});

it('only what changes of an account is sent', async () => {
  await changeAccount('ada', { is_disabled: true });
  expect(asked()).toEqual(['PATCH', '/api/v1/accounts/ada', { is_disabled: true }]);
});

it('a token is told by itself', async () => {
  expect(await renewToken('planner')).toBe('t');
  expect(asked()).toEqual(['POST', '/api/v1/accounts/planner/token']);
});

it.each([
  [null, '/api/v1/audit'],
  [1, '/api/v1/audit?from=1'],
])('the log from %j', async (from, address) => {
  await getAudit(from);
  expect(asked()).toEqual(['GET', address]);
});
