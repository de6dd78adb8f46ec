import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../api/assessment';
import type { VolumeInfo } from '../../api/volumes';
import { filledVolume, gridOf } from '../../planes/testVolumes';
import { doseLayerOf, noteOf } from './doseScene';
import { roundScale } from './levels';

const info = (rest: Partial<VolumeInfo>): VolumeInfo =>
  ({
    id: 'x',
    title: 'EQD2 of all courses',
    quantity: 'eqd2',
    course: null,
    is_bound: false,
    note: null,
    ...rest,
  }) as VolumeInfo;
const assessment = (provisional: boolean): Assessment =>
  ({
    provisional,
    courses: [
      { id: 'C1', role: 'prior', plans: [] },
      { id: 'C2', role: 'current', plans: [] },
    ],
  }) as unknown as Assessment;
const volume = filledVolume(gridOf({}), () => 1);
const display = { scale: roundScale(60), hasLines: true, hasWash: true, opacity: 0.3 };

describe('noteOf', () => {
  it.each([
    [{}, false, null],
    [{}, true, 'provisional: the registration is not accepted'],
    [{ note: 'no recovery' }, true, 'no recovery; provisional: the registration is not accepted'],
    [{ course: 'C1' }, true, 'provisional: the registration is not accepted'],
    [{ course: 'C2' }, true, null],
  ])('of %j, provisional %s', (rest, provisional, expected) => {
    expect(noteOf(info(rest), assessment(provisional))).toBe(expected);
  });
});

describe('doseLayerOf', () => {
  it('marks a bound with its side', () => {
    const layer = doseLayerOf(info({ is_bound: true }), volume, display, assessment(false));
    expect(layer).toMatchObject({ isBound: true, boundSign: '≤' });
    expect(doseLayerOf(info({}), volume, display, assessment(false)).boundSign).toBeUndefined();
  });

  it('leaves out lines or colours, and traces the same levels only once', () => {
    const plain = doseLayerOf(info({}), volume, { ...display, hasLines: false, hasWash: false }, null);
    expect([plain.levels, plain.wash]).toEqual([[], null]);
    const [one, other] = [0.2, 0.6].map((opacity) => doseLayerOf(info({}), volume, { ...display, opacity }, null));
    expect(one?.levels).toBe(other?.levels);
  });
});
