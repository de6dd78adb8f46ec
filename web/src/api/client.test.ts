import { afterEach, expect, it, vi } from 'vitest';
import {
  ApiProblem,
  asProblem,
  getCase,
  getPriorOutlines,
  listCases,
  putSettings,
  sendImportFile,
  ServerLost,
} from './client';

function answers(status: number, body: string, type = 'application/json'): ReturnType<typeof vi.fn> {
  const fake = vi.fn(() => Promise.resolve(new Response(body, { status, headers: { 'content-type': type } })));
  vi.stubGlobal('fetch', fake);
  return fake;
}

afterEach(() => vi.unstubAllGlobals());

it('an error of the server keeps what, why and what to do', async () => {
  const problem = { code: 'not-found', doing: 'opening the case', subject: 'case 3f', message: 'gone', hint: 'list' };
  answers(404, JSON.stringify(problem));
  const thrown: unknown = await getCase('3f').catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(ApiProblem);
  expect((thrown as ApiProblem).status).toBe(404);
  expect(asProblem(thrown, 'else')).toEqual(problem);
});

it('an error that is no JSON still says what was being done', async () => {
  answers(502, '<html>bad gateway</html>', 'text/html');
  await expect(listCases()).rejects.toMatchObject({ code: 'status-502', doing: 'listing the cases' });
});

it('no answer is a lost server, and nothing is sent twice', async () => {
  const fake = vi.fn(() => Promise.reject(new TypeError('failed to fetch')));
  vi.stubGlobal('fetch', fake);
  await expect(putSettings('1', {}, '"a"')).rejects.toBeInstanceOf(ServerLost);
  expect(fake).toHaveBeenCalledTimes(1);
});

it('a request that was taken back stays an abort', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new DOMException('', 'AbortError')));
  await expect(listCases()).rejects.toMatchObject({ name: 'AbortError' });
});

it('settings go with the tag that they were read with', async () => {
  const fake = answers(200, '{"etag":"b"}');
  await putSettings('1', { budget: { fractions: [5] } }, '"a"');
  expect(fake).toHaveBeenCalledWith(
    '/api/v1/cases/1/settings',
    expect.objectContaining({
      method: 'PUT',
      body: '{"settings":{"budget":{"fractions":[5]}}}',
      headers: expect.objectContaining({ 'if-match': '"a"' }) as unknown,
    }),
  );
});

it('names from files cannot change the path of a request', async () => {
  const fake = answers(200, '{}');
  await sendImportFile('../x', 'a/../b?c&d.dcm', new Blob());
  expect(fake).toHaveBeenCalledWith('/api/v1/imports/..%2Fx/files?path=a%2F..%2Fb%3Fc%26d.dcm', expect.anything());
});

it.each([
  [{ map: 'deformable' }, { map: 'deformable' }],
  [
    { movingFromFixed: [1, 0, 0, -2.5, 0, 1, 0, 1e-7, 0, 0, 1, 0, 0, 0, 0, 1] },
    { moving_from_fixed: '1,0,0,-2.5,0,1,0,1e-7,0,0,1,0,0,0,0,1' },
  ],
] as const)(
  'outlines of a prior course are asked for with the way they are carried: %j',
  async (carriedBy, expected) => {
    const fake = answers(200, '');
    await expect(getPriorOutlines('1', 'C 1', carriedBy, 'axial', -2.5)).rejects.toBeDefined();
    const address = new URL(String(fake.mock.calls[0]?.[0]), 'http://127.0.0.1');
    expect(address.pathname).toBe('/api/v1/cases/1/outlines');
    const common = { plane: 'axial', position_mm: '-2.5', frame: 'current', course: 'C 1' };
    expect(Object.fromEntries(address.searchParams)).toEqual({ ...common, ...expected });
  },
);
