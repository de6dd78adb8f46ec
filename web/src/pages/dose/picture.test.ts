import { describe, expect, it } from 'vitest';
import type { DoseLayer, Scene } from '../../planes/scene';
import { filledVolume, gridOf } from '../../planes/testVolumes';
import { LinkedViews } from '../../planes/view.svelte';
import { captionOf, fileName } from './picture';

const dose: DoseLayer = {
  volume: filledVolume(gridOf({}), () => 1),
  title: 'EQD2 (α/β = 2 Gy) of all courses',
  unitLabel: 'Gy',
  levels: [],
  wash: null,
  isBound: true,
  boundSign: '≤',
  note: 'no recovery',
};
const scene: Scene = { image: null, window: { low: 0, high: 1 }, imageUnit: 'HU', structures: [], dose };
const context = { caseLabel: 'Case 7', imageTitle: 'CT of C2', isTrial: true, isProvisional: true };

describe('captionOf', () => {
  it('says what is shown, its basis, and everything that restricts it', () => {
    const views = new LinkedViews();
    views.cursor = [1, 2, -12.34];
    expect(captionOf(scene, views, 'axial', context)).toEqual({
      what: 'Case 7. Axial plane, z = \u221212.3\u2009mm (LPS). CT of C2.',
      basis: 'EQD2 (α/β = 2 Gy) of all courses',
      units: 'Gy, HU, mm',
      note: '≤ a bound, not a value; no recovery; the assessment is provisional; settings are tried that are not stored; Research software, not a medical device',
    });
  });

  it('says that no dose is drawn', () => {
    const plain: Scene = { image: null, window: scene.window, structures: [] };
    expect(captionOf(plain, new LinkedViews(), 'coronal', context).basis).toBe('No dose is drawn');
  });
});

describe('fileName', () => {
  it.each([
    ['Case 7', 'Case-7_eqd2-ab2-cumulative_axial_-12.3mm.png'],
    ['../../etc/<img>', 'etc-img_eqd2-ab2-cumulative_axial_-12.3mm.png'],
    ['…', 'case_eqd2-ab2-cumulative_axial_-12.3mm.png'],
  ])('of %j', (label, expected) => {
    expect(fileName(label, 'eqd2-ab2-cumulative', 'axial', -12.34)).toBe(expected);
  });
});
