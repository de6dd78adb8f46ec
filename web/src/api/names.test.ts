import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { getNames, listConfirmedNames, putNames, withdrawName } from './names';

const fetched = vi.fn();

beforeEach(() => {
  fetched.mockReset();
  fetched.mockImplementation(() => Promise.resolve(new Response('{"names":[]}')));
  vi.stubGlobal('fetch', fetched);
});
afterEach(() => vi.unstubAllGlobals());

function asked(): unknown[] {
  const [address, { method, body }] = fetched.mock.calls[0] as [string, { method: string; body?: string }];
  return [method, address, ...(body === undefined ? [] : [JSON.parse(body) as unknown])];
}

it('the names of a case are read', async () => {
  expect(await getNames('a/b')).toEqual([]);
  expect(asked()).toEqual(['GET', '/api/v1/cases/a%2Fb/names']);
});

it('what is confirmed is sent name by name, as it was drawn', async () => {
  const names = [{ drawn: 'cord \u202e"<b>', standard_name: 'SpinalCord' }];
  await putNames('1', names);
  expect(asked()).toEqual(['PUT', '/api/v1/cases/1/names', { names }]);
});

it('all confirmed names are listed', async () => {
  await listConfirmedNames();
  expect(asked()).toEqual(['GET', '/api/v1/names']);
});

it('names of centres and structures cannot change which one is withdrawn', async () => {
  await withdrawName('A & B #1?', 'cord&centre=C +1');
  const [method, address] = asked() as [string, string];
  expect(method).toBe('DELETE');
  const { pathname, searchParams, hash } = new URL(address, 'http://localhost');
  expect([pathname, hash]).toEqual(['/api/v1/names', '']);
  expect([...searchParams]).toEqual([
    ['centre', 'A & B #1?'],
    ['drawn', 'cord&centre=C +1'],
  ]);
});

it.each([
  [422, { code: 'name', message: 'the side differs' }, { status: 422, code: 'name', message: 'the side differs' }],
  [412, {}, { status: 412, code: 'status-412' }],
])('a refusal with the status %i is told', async (status, body, problem) => {
  fetched.mockImplementation(() => Promise.resolve(Response.json(body, { status })));
  await expect(putNames('1', [])).rejects.toMatchObject(problem);
});
