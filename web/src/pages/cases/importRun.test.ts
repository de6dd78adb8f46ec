import { expect, it } from 'vitest';
import type { Job } from '../../api/cases';
import { ApiProblem, ServerLost } from '../../api/client';
import { ImportRun, type ImportTransport } from './importRun.svelte';
import type { Picked } from './pickedFiles';

const picked = (...names: string[]): Picked => ({
  files: names.map((path) => ({ path, file: { name: path, size: 10 } as File })),
  unreadable: [],
  nLeftOut: 0,
  name: 'folder',
});

const finding = { code: 'H01', severity: 'refuse', subject: 's', message: 'm' };
const done = { id: '1', case: 'c1', state: 'done', error: null, result: { findings: [finding] } } as unknown as Job;
const refusal = (status: number, code: string): ApiProblem =>
  new ApiProblem(status, { code, doing: '', subject: '', message: code, hint: '' });

/** A server that keeps what it gets, and fails where it is told to. */
class Server implements ImportTransport {
  readonly sent: string[] = [];
  readonly into: unknown[] = [];
  nStarted = 0;
  discarded: string[] = [];
  fail: (path: string) => Error | null = () => null;
  finishing: () => Promise<Job> = () => Promise.resolve(done);

  start = (): Promise<{ id: string }> => Promise.resolve({ id: `i${++this.nStarted}` });
  send: ImportTransport['send'] = async (id, { path }, _, onprogress) => {
    onprogress(4);
    await Promise.resolve();
    const error = this.fail(path);
    if (error !== null) throw error;
    onprogress(14);
    this.sent.push(`${id} ${path}`);
  };
  finish: ImportTransport['finish'] = (_, into) => {
    this.into.push(into);
    return this.finishing();
  };
  discard = (id: string): Promise<void> => {
    this.discarded.push(id);
    return Promise.resolve();
  };
}

it('all files arrive, then the findings', async () => {
  const server = new Server();
  const run = new ImportRun(1, picked('a', 'b', 'c', 'd', 'e'), null, server);
  await run.send();
  expect(server.sent).toHaveLength(5);
  expect(server.into).toEqual([{ label: 'folder' }]);
  expect([run.phase, run.caseId, run.nSent, run.bytesSent]).toEqual(['done', 'c1', 5, 50]);
  expect(run.findings).toEqual([finding]);
});

it('a file that fails keeps the others, and can be sent again', async () => {
  const server = new Server();
  server.fail = (path) => (path === 'b' ? refusal(413, 'too-large') : null);
  const run = new ImportRun(1, picked('a', 'b', 'c'), { id: 'x', label: 'old' }, server);
  await run.send();
  expect([run.phase, run.nSent, run.bytesSent]).toEqual(['incomplete', 2, 20]);
  expect(run.failed.map((one) => [one.picked.path, one.problem.code])).toEqual([['b', 'too-large']]);
  expect(server.into).toEqual([]);
  server.fail = () => null;
  await run.repeat();
  expect(server.sent).toEqual(['i1 a', 'i1 c', 'i1 b']);
  expect(server.into).toEqual([{ case: 'x' }]);
  expect(run.phase).toBe('done');
});

it('what arrived is imported without the rest where a person says so', async () => {
  const server = new Server();
  server.fail = (path) => (path === 'b' ? refusal(413, 'too-large') : null);
  const run = new ImportRun(1, picked('a', 'b'), null, server);
  await run.send();
  await run.goOnWithout();
  expect([run.phase, server.sent]).toEqual(['done', ['i1 a']]);
});

it('a lost server stops the rest, which waits', async () => {
  const server = new Server();
  server.fail = () => new ServerLost('sending');
  const run = new ImportRun(1, picked('a', 'b', 'c', 'd', 'e', 'f'), null, server);
  await run.send();
  expect([run.phase, run.failed.length, run.nWaiting]).toEqual(['incomplete', 3, 3]);
  server.fail = () => null;
  await run.repeat();
  expect([run.phase, run.nSent]).toEqual(['done', 6]);
});

it('an import that the server forgot begins again with all files', async () => {
  const server = new Server();
  server.fail = (path) => (path === 'd' && server.nStarted === 1 ? refusal(404, 'not-found') : null);
  const run = new ImportRun(1, picked('a', 'b', 'c', 'd'), null, server);
  await run.send();
  await run.repeat();
  expect(server.sent.filter((line) => line.startsWith('i2'))).toHaveLength(4);
  expect([run.phase, run.nSent, run.bytesSent]).toEqual(['done', 4, 40]);
});

it('a case that is busy takes the files later, without sending them twice', async () => {
  const server = new Server();
  server.finishing = () => Promise.reject(refusal(409, 'busy'));
  const run = new ImportRun(1, picked('a'), { id: 'x', label: 'old' }, server);
  await run.send();
  expect([run.phase, run.problem?.code]).toEqual(['incomplete', 'busy']);
  server.finishing = () => Promise.resolve(done);
  await run.repeat();
  expect([run.phase, server.sent]).toEqual(['done', ['i1 a']]);
});

it('cancelling discards what the server has', async () => {
  const server = new Server();
  const run = new ImportRun(1, picked('a', 'b'), null, server);
  const sending = run.send();
  await Promise.resolve();
  await run.cancel();
  await sending;
  expect([run.phase, server.discarded, server.into]).toEqual(['cancelled', ['i1'], []]);
});

it('a job that fails says why', async () => {
  const server = new Server();
  const error = { code: 'internal', doing: '', subject: '', message: 'disk full', hint: '' };
  server.finishing = () => Promise.resolve({ ...done, state: 'failed', error, result: null });
  const run = new ImportRun(1, picked('a'), null, server);
  await run.send();
  expect([run.phase, run.problem?.message, run.findings]).toEqual(['failed', 'disk full', []]);
});
