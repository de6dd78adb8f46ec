import { describe, expect, it } from 'vitest';
import { legendOf } from './legend';
import type { DoseLayer, Scene } from './scene';
import { filledVolume, gridOf } from './testVolumes';

const volume = filledVolume(gridOf({}), () => 1);
const dose: DoseLayer = {
  volume,
  title: 'Cumulative EQD2 (α/β = 2 Gy)',
  unitLabel: 'Gy',
  levels: [20, 45.5],
  wash: { alpha: 0.5, from: 10, to: 75 },
  isBound: false,
};
const scene = (parts: Partial<Scene>): Scene => ({
  image: null,
  window: { low: 0, high: 1 },
  structures: [],
  ...parts,
});

function ticks(parts: Partial<Scene>): (readonly [number, string])[] {
  const ramp = legendOf(scene(parts)).find((entry) => entry.kind === 'ramp');
  return ramp?.ticks.map(({ at, label }) => [Math.round(at * 1000) / 1000, label] as const) ?? [];
}

describe('the legend', () => {
  it('marks round doses where they lie on the ramp', () => {
    expect(ticks({ dose })).toEqual([
      [0.154, '20'],
      [0.462, '40'],
      [0.769, '60\u2009Gy'],
    ]);
  });

  it('names isodose lines with their unit and the side of a bound', () => {
    const lines = legendOf(scene({ dose: { ...dose, isBound: true, boundSign: '≥' } })).find(
      ({ kind }) => kind === 'lines',
    );
    expect(lines?.kind === 'lines' && lines.lines.map(({ label }) => label)).toEqual(['≥20\u2009Gy', '≥45.5\u2009Gy']);
  });

  it('says that a dose is a bound or provisional, and that nothing is known beyond the grid', () => {
    const entries = legendOf(scene({ dose: { ...dose, wash: null, isBound: true, note: 'provisional' } }));
    expect(entries.map(({ title }) => title)).toEqual([dose.title, 'no dose known beyond']);
    expect(entries[0]).toMatchObject({ note: 'a bound, not a value; provisional' });
  });

  it('has 1 in the middle of a Jacobian and names folds', () => {
    const scalar = { volume, colours: 'jacobian', range: [0.5, 3], title: 'Jacobian', unitLabel: '' } as const;
    expect(ticks({ scalar })).toEqual([
      [0, '0.50'],
      [0.5, '1.00'],
      [1, '3.00'],
    ]);
    expect(legendOf(scene({ scalar })).map(({ kind }) => kind)).toEqual(['ramp', 'stripe', 'hatch']);
  });

  it('tells prior outlines from current ones, and why there are none', () => {
    const prior = {
      title: 'prior: C1 A, rigid',
      course: 'C1',
      provider: () => ({ lines: [] }),
      isMoving: false,
      note: null,
      styleOf: () => null,
    };
    const outlines = prior.provider;
    const labels = (parts: Partial<Scene>): unknown[] =>
      legendOf(scene(parts)).flatMap((entry) =>
        entry.kind === 'lines' ? entry.lines.map(({ label, isDashed }) => [label, isDashed ?? false]) : [],
      );
    expect(labels({ prior, outlines })).toEqual([
      ['current: full', false],
      ['prior: C1 A, rigid: dashed', true],
      ['prior, of no current name', true],
    ]);
    expect(labels({ prior })).toHaveLength(2);
    const none = { ...prior, provider: null, note: 'C1 has no structure set' };
    expect(labels({ prior: none, outlines })).toEqual([['current: full', false]]);
    expect(legendOf(scene({ prior: none, outlines }))[0]).toMatchObject({ note: 'C1 has no structure set' });
  });

  it('is empty where there are no colours', () => {
    expect(legendOf(scene({}))).toEqual([]);
  });
});
