import { describe, expect, it } from 'vitest';
import type { VolumeInfo } from '../../api/volumes';
import { levelAndWidth } from '../../planes/colour';
import { filledVolume, gridOf } from '../../planes/testVolumes';
import { nextPreset, presetOf, presetsFor } from './windowPresets';

const grid = gridOf({ size: [10, 10, 10] });
const ramp = filledVolume(grid, (p) => p[0] + 10 * p[1] + 100 * p[2]);
const info = (unit: string, modality: string): VolumeInfo => ({ unit, modality }) as VolumeInfo;
const ct = presetsFor(info('HU', 'CT'), ramp);

describe('presets', () => {
  it('are fixed for Hounsfield units', () => {
    expect(ct.map(({ id, window }) => [id, levelAndWidth(window)])).toEqual([
      ['soft', { level: 40, width: 400 }],
      ['lung', { level: -600, width: 1500 }],
      ['bone', { level: 400, width: 1800 }],
      ['brain', { level: 40, width: 80 }],
    ]);
  });

  it('follow the values of other images; activity begins at zero', () => {
    expect(presetsFor(info('a.u.', 'MR'), ramp)[0]?.window).toEqual({ low: 20, high: 994 });
    expect(presetsFor(info('a.u.', 'PT'), ramp)[0]?.window.low).toBe(0);
  });

  it('pass over what is not known, and never have no width', () => {
    const unknown = presetsFor(
      info('a.u.', 'MR'),
      filledVolume(grid, () => NaN),
    )[0]?.window;
    expect(unknown?.high).toBeGreaterThan(unknown?.low ?? NaN);
  });

  it('are gone through in turn; a window of its own goes to the first', () => {
    const [soft, lung] = ct;
    expect(presetOf(ct, soft?.window ?? { low: 0, high: 1 })?.id).toBe('soft');
    expect(presetOf(ct, { low: -100, high: 300 })).toBeNull();
    expect(nextPreset(ct, soft?.window ?? { low: 0, high: 1 }, -1)?.id).toBe('brain');
    expect(nextPreset(ct, lung?.window ?? { low: 0, high: 1 }, 1)?.id).toBe('bone');
    expect(nextPreset(ct, { low: -100, high: 300 }, 1)?.id).toBe('soft');
  });
});
