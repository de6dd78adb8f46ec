import { describe, expect, it } from 'vitest';
import type { VolumeInfo } from '../../api/volumes';
import { filledVolume, gridOf } from '../../planes/testVolumes';
import { IDENTITY } from '../../planes/transform';
import { LinkedViews } from '../../planes/view.svelte';
import type { LoadedLayer } from '../../state/layer';
import { alignFraming, priorOf, readableLargest, scalarOf, secondOf } from './alignmentScene';

const volume = filledVolume(gridOf({}), (p) => p[0]);
const layer = (info: Partial<VolumeInfo>): LoadedLayer =>
  ({
    info: { title: 'CT of C1', unit: 'HU', ...info },
    grid: volume.grid,
    volume,
    vectors: null,
    bytes: 0,
  }) as LoadedLayer;
const fused = { layer: layer({}), map: IDENTITY, mapName: 'rigid', amount: 0.3, window: null };

describe('secondOf', () => {
  it('names the map, and shows the prior image alone below contours', () => {
    expect(secondOf({ ...fused, mode: 'blend' }, volume)).toMatchObject({
      title: 'CT of C1, rigid',
      mode: 'blend',
      amount: 0.3,
    });
    expect(secondOf({ ...fused, mode: 'contours' }, volume)).toMatchObject({ mode: 'blend', amount: 1 });
  });

  it('has a window of its own only for another kind of image', () => {
    expect('window' in secondOf({ ...fused, mode: 'blend' }, volume)).toBe(false);
    expect(secondOf({ ...fused, mode: 'blend', window: { low: 0, high: 9 } }, volume).window).toEqual({
      low: 0,
      high: 9,
    });
  });
});

describe('priorOf', () => {
  const set = {
    course: { id: 'C1', label: 'A' },
    mapName: 'rigid',
    provider: () => ({ lines: [] }),
    isMoving: false,
    hasNone: false,
    styleOf: () => null,
  };

  it('names course and map', () => {
    expect(priorOf(set)).toMatchObject({ title: 'prior: C1 A, rigid', provider: set.provider, note: null });
  });

  it.each([
    [{ hasNone: true }, 'prior: none, C1 A has no structure set that this map carries here'],
    [{ provider: null }, 'prior: none, no map is drawn that could carry them here'],
  ])('says why there are none: %j', (change, note) => {
    expect(priorOf({ ...set, ...change })).toMatchObject({ provider: null, note });
  });
});

describe('scalarOf', () => {
  it('colours determinants about one and lengths from zero', () => {
    expect(scalarOf(layer({ quantity: 'jacobian' }), volume, 0.25, 8).range).toEqual([0.75, 1.25]);
    expect(scalarOf(layer({ quantity: 'displacement' }), volume, 0.25, 8)).toMatchObject({
      range: [0, 8],
      unitLabel: 'mm',
    });
  });
});

describe('alignFraming', () => {
  it('shows both crosshairs at the same place of the screen, at the same scale', () => {
    const [fixed, moving] = [new LinkedViews(), new LinkedViews()];
    fixed.cursor = [10, 20, 30];
    moving.cursor = [1, 2, 3];
    fixed.framing = { axial: { scale: 2, middle: [15, 20], isFitted: true }, coronal: null, sagittal: null };
    alignFraming(moving, fixed);
    expect(moving.framing).toEqual({
      axial: { scale: 2, middle: [6, 2], isFitted: false },
      coronal: null,
      sagittal: null,
    });
  });
});

describe('readableLargest', () => {
  it.each([
    [3, 3],
    [6.4, 8],
    [0.37, 0.4],
    [97, 100],
    [0, 1],
  ])('%d becomes %d', (largest, expected) => {
    expect(readableLargest(filledVolume(gridOf({}), (p) => (p[0] === 0 ? largest : NaN)))).toBe(expected);
  });
});
