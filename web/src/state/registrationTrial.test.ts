import { beforeEach, expect, it } from 'vitest';
import type { CaseSummary, Job, JobState } from '../api/cases';
import { ApiProblem } from '../api/client';
import type { MapInfo } from '../api/volumes';
import { openCase } from './case.svelte';
import { jobs } from './jobs.svelte';
import { RegistrationTrial } from './registrationTrial.svelte';

const MAPS = [
  { course: 'C1', kind: 'dicom-rigid', is_used: true },
  { course: 'C1', kind: 'rigid', is_used: false },
  { course: 'C1', kind: 'deformable', is_used: false },
] as MapInfo[];

let nJobs = 0;

function job(id: string, state: JobState): Job {
  const error = state === 'failed' ? { code: 'x', doing: '', subject: '', message: 'no image', hint: '' } : null;
  return { id, kind: 'variant', case: 'a', state, error } as unknown as Job;
}

interface Bench {
  trial: RegistrationTrial;
  started: string[];
  leave: () => void;
  /** Ends the job that was started last. */
  end: (state: JobState) => Promise<void>;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

async function bench(variants: string[] = [], refuses = false): Promise<Bench> {
  const started: string[] = [];
  const trial = new RegistrationTrial({
    maps: () => Promise.resolve(MAPS),
    variants: () => Promise.resolve(variants),
    start: (_, use) => {
      const problem = { code: 'settings', doing: '', subject: '', message: 'no such map', hint: '' };
      if (refuses) return Promise.reject(new ApiProblem(422, problem));
      started.push(use);
      return Promise.resolve(job(`variant ${++nJobs}`, 'queued'));
    },
  });
  const leave = trial.follow();
  await settled();
  const end = async (state: JobState): Promise<void> => {
    jobs.take(job(`variant ${nJobs}`, state));
    await settled();
  };
  return { trial, started, leave, end };
}

beforeEach(() => {
  openCase.close();
  openCase.id = 'a';
  openCase.summary = { id: 'a', is_open: true } as CaseSummary;
});

it('one that the server has at hand is shown at once, and left at once', async () => {
  const { trial, started } = await bench(['rigid']);
  expect(trial.kinds).toEqual(['rigid', 'deformable']);
  await trial.choose('rigid');
  expect([trial.use, started]).toEqual(['rigid', []]);
  trial.goBack();
  expect(trial.use).toBeNull();
  trial.toggle();
  expect(trial.use).toBe('rigid');
});

it('another one is worked out, shown when that is done, and at hand from then on', async () => {
  const { trial, started, end } = await bench();
  void trial.choose('rigid');
  await settled();
  expect([trial.use, trial.awaited?.use, trial.job?.state]).toEqual([null, 'rigid', 'queued']);
  // It changes nothing of the case, so that an assessment may begin.
  expect(openCase.job).toBeUndefined();
  await end('done');
  expect([trial.use, trial.awaited, trial.ready]).toEqual(['rigid', null, ['rigid']]);
  await trial.choose(null);
  await trial.choose('rigid');
  expect([trial.use, started]).toEqual(['rigid', ['rigid']]);
});

it.each<[JobState, string | undefined]>([
  ['cancelled', undefined],
  ['failed', 'no image'],
])('one that ends as %s is not shown', async (state, message) => {
  const { trial, end } = await bench();
  void trial.choose('rigid');
  await settled();
  await end(state);
  expect([trial.use, trial.awaited, trial.ready, trial.problem?.message]).toEqual([null, null, [], message]);
});

it('a refusal is told', async () => {
  const { trial } = await bench([], true);
  await trial.choose('rigid');
  expect([trial.awaited, trial.problem?.message]).toEqual([null, 'no such map']);
});

it('one that was given up for another is not shown when it is done', async () => {
  const { trial, end } = await bench(['deformable']);
  void trial.choose('rigid');
  await settled();
  await trial.choose('deformable');
  await end('done');
  expect(trial.use).toBe('deformable');
});

it('the trial ends with the page; what is done afterwards is at hand and not shown', async () => {
  const { trial, leave, end } = await bench(['deformable']);
  await trial.choose('deformable');
  leave();
  expect(trial.use).toBeNull();
  void trial.choose('rigid');
  await settled();
  await end('done');
  expect([trial.use, trial.ready]).toEqual([null, ['deformable', 'rigid']]);
});

it('one that the server let go of is worked out anew by itself, once for each choice', async () => {
  const { trial, started, end } = await bench(['rigid']);
  await trial.choose('rigid');
  trial.lost('rigid');
  await settled();
  expect([trial.use, trial.awaited?.use, started]).toEqual([null, 'rigid', ['rigid']]);
  await end('done');
  trial.lost('rigid');
  await settled();
  expect([trial.use, trial.awaited, trial.problem?.code, started]).toEqual([
    null,
    null,
    'registration-let-go',
    ['rigid'],
  ]);
  void trial.choose('rigid');
  await settled();
  expect(started).toEqual(['rigid', 'rigid']);
});

it('one that was lost and is not shown is not worked out', async () => {
  const { trial, started } = await bench(['rigid']);
  trial.lost('rigid');
  expect([trial.ready, started]).toEqual([[], []]);
});

it('nothing of one case is offered in another', async () => {
  const { trial, leave } = await bench(['rigid']);
  await trial.choose('rigid');
  leave();
  openCase.id = 'b';
  openCase.summary = { id: 'b', is_open: false } as CaseSummary;
  trial.follow();
  expect([trial.maps, trial.ready, trial.use]).toEqual([[], [], null]);
});
