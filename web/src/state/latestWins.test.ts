import { expect, it } from 'vitest';
import { LatestWins } from './latestWins';

/** A runner whose tasks end when the test says so. */
function runner(): {
  runs: { input: number; signal: AbortSignal; end: (output: string) => void; fail: (reason: unknown) => void }[];
  told: string[];
  pending: boolean[];
  latest: LatestWins<number, string>;
} {
  const runs: ReturnType<typeof runner>['runs'] = [];
  const told: string[] = [];
  const pending: boolean[] = [];
  const latest = new LatestWins<number, string>(
    (input, signal) => new Promise((end, fail) => runs.push({ input, signal, end, fail })),
    {
      done: (output, input) => told.push(`${input}:${output}`),
      failed: (thrown, input) => told.push(`${input} failed: ${String(thrown)}`),
      pending: (isPending) => pending.push(isPending),
    },
  );
  return { runs, told, pending, latest };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

it('never runs two at once, and skips what became old while it waited', async () => {
  const { runs, told, latest } = runner();
  [1, 2, 3, 4].forEach((input) => latest.push(input));
  expect(runs.map(({ input }) => input)).toEqual([1]);
  runs[0]?.end('a');
  await settle();
  expect(runs.map(({ input }) => input)).toEqual([1, 4]);
  runs[1]?.end('b');
  await settle();
  expect(told).toEqual(['1:a', '4:b']);
});

it('goes on after a failure', async () => {
  const { runs, told, pending, latest } = runner();
  latest.push(1);
  latest.push(2);
  runs[0]?.fail('no');
  await settle();
  runs[1]?.end('yes');
  await settle();
  expect(told).toEqual(['1 failed: no', '2:yes']);
  expect(pending.at(-1)).toBe(false);
});

it('tells nothing of what was cancelled, and runs what comes later', async () => {
  const { runs, told, latest } = runner();
  latest.push(1);
  latest.push(2);
  latest.cancel();
  expect(runs[0]?.signal.aborted).toBe(true);
  latest.push(3);
  runs[0]?.end('late');
  await settle();
  expect(runs.map(({ input }) => input)).toEqual([1, 3]);
  runs[1]?.end('c');
  await settle();
  expect(told).toEqual(['3:c']);
});
