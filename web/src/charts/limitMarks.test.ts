import { describe, expect, it } from 'vitest';

import type { JudgedConstraint } from '../api/assessment';
import type { DvhStructure } from './dvhData';
import { limitPlaces, limitText } from './limitMarks';

const LIMIT: JudgedConstraint = {
  id: 'limit',
  title: 'A limit',
  structure: 'cord',
  sites: [],
  is_for_site: true,
  metric: 'D0.1cc',
  unit: 'Gy',
  scope: 'cumulative',
  limit_gy: 50,
  limit_upper_gy: null,
  limit_share: null,
  alpha_beta_gy: 2,
  value_gy: 40,
  error_gy: null,
  band: null,
  probability_exceeded: null,
  value_share: null,
  limit_months: null,
  value_months: null,
  at_least_gy: null,
  at_most_gy: null,
  verdict: 'met',
  provisional: false,
  evidence: 'primary',
  strength: null,
  source: 'source',
  locator: null,
  is_landmark: false,
  is_own: false,
  remarks: [],
};

const CORD: Omit<DvhStructure, 'limits'> = {
  index: 0,
  name: 'cord',
  alphaBetaGy: 2,
  volumeCc: 20,
  recovery: 0,
  lines: [],
  band: null,
  atLeast: null,
  atMost: null,
};

const places = (limit: Partial<JudgedConstraint>, structure: Partial<DvhStructure> = {}) =>
  limitPlaces({ ...CORD, ...structure, limits: [{ ...LIMIT, ...limit }] });

describe('limits that have an exact place', () => {
  it.each<[string, Partial<JudgedConstraint>, number, number, boolean]>([
    ['D0.1cc at its part of the volume', {}, 50, 0.5, false],
    ['D2% at its percent', { metric: 'D2%' }, 50, 2, false],
    ['Dmax at no volume', { metric: 'Dmax' }, 50, 0, false],
    ['the mean on the axis', { metric: 'Dmean' }, 50, 0, true],
    ['V20Gy[%] at its dose', { metric: 'V20Gy[%]', unit: '%', limit_gy: 30 }, 20, 30, false],
    ['V20Gy at its part of the volume', { metric: 'V20Gy', unit: 'cc', limit_gy: 5 }, 20, 25, false],
  ])('%s', (_, limit, dose, percent, isOnAxis) => {
    const [mark] = places(limit).marks;
    expect(mark).toMatchObject({ doseGy: dose, isOnAxis, on: 'cumulative' });
    expect(mark?.volumePercent).toBeCloseTo(percent, 9);
  });

  it('keeps the upper end of a range and the course that is judged', () => {
    expect(places({ limit_upper_gy: 60, scope: 'current' }).marks[0]).toMatchObject({ doseUpperGy: 60, on: 'current' });
  });
});

describe('limits without an exact place are told and not drawn', () => {
  it.each<[string, Partial<JudgedConstraint>, Partial<DvhStructure>]>([
    ['another α/β', { alpha_beta_gy: 2.5 }, {}],
    ['no α/β', {}, { alphaBetaGy: null }],
    ['a volume that is not known', {}, { volumeCc: null }],
    ['a structure smaller than the measure', {}, { volumeCc: 0.05 }],
    ['a recovery in the curve', {}, { recovery: 0.25 }],
    ['an interval', { scope: 'interval' }, {}],
    ['a share', { scope: 'current-share' }, {}],
    ['an equivalent uniform dose', { metric: 'gEUD(8)' }, {}],
    ['no value', { limit_gy: null }, {}],
  ])('%s', (_, limit, structure) => {
    const found = places(limit, structure);
    expect(found.marks).toEqual([]);
    expect(found.undrawn[0]?.reason).not.toBe('');
  });

  it('draws a limit on the current course although the sum holds a recovery', () => {
    expect(places({ scope: 'current' }, { recovery: 0.25 }).marks).toHaveLength(1);
  });
});

describe('words of a limit', () => {
  const spaced = (limit: Partial<JudgedConstraint>) =>
    limitText({ ...LIMIT, ...limit })
      .replaceAll('\u00a0', ' ')
      .replaceAll('\u2060', '');
  it('always has the basis and the unit', () => {
    expect(spaced({})).toBe('D0.1cc ≤ 50 Gy, EQD2 (α/β = 2 Gy)');
    expect(spaced({ limit_upper_gy: 60 })).toBe('D0.1cc ≤ 50 Gy to 60 Gy, EQD2 (α/β = 2 Gy)');
    expect(spaced({ limit_gy: null, limit_share: 0.5, unit: '1', metric: 'Dmax' })).toBe(
      'Dmax ≤ 50 %, EQD2 (α/β = 2 Gy)',
    );
  });
  it('calls an observation no limit', () => {
    expect(spaced({ is_landmark: true })).toContain('observed at 50 Gy');
  });
});
