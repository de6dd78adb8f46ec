import { expect, it } from 'vitest';
import type { DvhSet, Trial } from '../api/volumes';
import { gatherTrial, structureEntries } from './gatherTrial';

const NAMES = ['cord', 'brain', 'chiasm'];

function trialOf(changed: number[], recovery: number): Trial {
  const structures = changed.map((index) => ({ name: NAMES[index], recovery }));
  const findings = changed.map((index) => ({ code: 'H36', severity: 'warn', subject: NAMES[index], message: '' }));
  return { changed, structures, findings, constraints: [recovery] } as unknown as Trial;
}

function curvesOf(changed: number[], what: string): DvhSet {
  const points = new Float32Array(0);
  return {
    curves: changed.map((structure) => ({ structure, name: '', what, points })),
    bands: changed.map((structure) => ({ structure, points })),
  };
}

const entries = (recoveries: Record<string, number>): Map<number, string> =>
  structureEntries(
    NAMES,
    Object.entries(recoveries).map(([name, recovery]) => ({ name, recovery })),
  );

const first = gatherTrial(null, trialOf([0], 0.1), curvesOf([0], 'first'), entries({ cord: 0.1 }));

it('a structure that was changed before stays changed', () => {
  const second = gatherTrial(first, trialOf([1], 0.2), curvesOf([1], 'second'), entries({ cord: 0.1, brain: 0.2 }));
  expect(second.trial.changed).toEqual([0, 1]);
  expect(second.trial.structures.map(({ name, recovery }) => [name, recovery])).toEqual([
    ['cord', 0.1],
    ['brain', 0.2],
  ]);
  expect(second.trial.constraints).toEqual([0.2]);
  expect(second.trial.findings.map(({ subject }) => subject)).toEqual(['cord', 'brain']);
  expect(second.dvh.curves.map(({ structure, what }) => [structure, what])).toEqual([
    [0, 'first'],
    [1, 'second'],
  ]);
  expect(second.dvh.bands).toHaveLength(2);
});

it('a structure that is changed again has its new numbers alone', () => {
  const second = gatherTrial(first, trialOf([0], 0.3), curvesOf([0], 'second'), entries({ cord: 0.3 }));
  expect(second.trial.changed).toEqual([0]);
  expect(second.trial.structures.map(({ recovery }) => recovery)).toEqual([0.3]);
  expect(second.trial.findings).toHaveLength(1);
  expect(second.dvh.curves.map(({ what }) => what)).toEqual(['second']);
});

it('a structure whose settings went back, and of which the server says nothing, is as it is stored', () => {
  const second = gatherTrial(first, trialOf([1], 0.2), curvesOf([1], 'second'), entries({ brain: 0.2 }));
  expect(second.trial.changed).toEqual([1]);
  expect(second.dvh.curves.map(({ structure }) => structure)).toEqual([1]);
});

it('an entry without a decision is the same as none', () => {
  expect(structureEntries(['cord'], [{ name: 'cord' }])).toEqual(structureEntries(['cord'], undefined));
});
