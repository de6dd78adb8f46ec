import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../api/assessment';
import type { Probe } from '../../api/volumes';
import { probeTable } from './probeTable';

const ASSESSMENT = {
  courses: [
    { id: 'C1', label: 'FIRST', role: 'prior', plans: [{ modality: 'proton' }] },
    { id: 'C2', label: 'SECOND', role: 'current', plans: [{ modality: 'photon' }] },
  ],
  structures: [{ alpha_beta_gy: 2 }, { alpha_beta_gy: 10 }, { alpha_beta_gy: null }],
} as unknown as Assessment;
const PROBE: Probe = {
  position_mm: [1, 2, 3],
  structures: [1, 2],
  courses: [
    { id: 'C1', absorbed_gy: 60, mapped_mm: [4, 5, 6] },
    { id: 'C2', absorbed_gy: null, mapped_mm: null },
  ],
  bases: [
    { alpha_beta_gy: 2, courses_gy: [61, null], cumulative_gy: null },
    { alpha_beta_gy: 3, courses_gy: [62, null], cumulative_gy: null },
    { alpha_beta_gy: 10, courses_gy: [63, 0], cumulative_gy: 63 },
  ],
  allowances: [],
  image_value: null,
};

describe('probeTable', () => {
  it('puts the basis of the structure at the place first, and the others in their order', () => {
    const { bases } = probeTable(PROBE, ASSESSMENT);
    expect(bases.map(({ alphaBetaGy, isHere }) => [alphaBetaGy, isHere])).toEqual([
      [10, true],
      [2, false],
      [3, false],
    ]);
  });

  it('keeps doses with their basis, and what is not known apart from zero', () => {
    const { rows, sumsGy } = probeTable(PROBE, ASSESSMENT);
    expect(rows.map(({ id, isWeighted, absorbedGy, eqd2Gy }) => [id, isWeighted, absorbedGy, eqd2Gy])).toEqual([
      ['C1', true, 60, [63, 61, 62]],
      ['C2', false, null, [0, null, null]],
    ]);
    expect(sumsGy).toEqual([63, null, null]);
  });
});
