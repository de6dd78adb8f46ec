import { describe, expect, it } from 'vitest';
import type { Assessment, CourseSummary } from '../../api/assessment';
import type { VolumeInfo } from '../../api/volumes';
import { firstLayer, layerLabel, layerOptions, organsOf, partnerOf, unitLabel, withAllowances } from './layerChoice';

const info = (id: string, rest: Partial<VolumeInfo>): VolumeInfo =>
  ({ id, part: null, course: null, alpha_beta_gy: null, fractions: null, ...rest }) as VolumeInfo;
const COURSES = [
  { id: 'C1', label: 'BRAIN_60', role: 'prior', plans: [{ modality: 'proton' }] },
  { id: 'C2', label: 'RE_35', role: 'current', plans: [{ modality: 'photon' }] },
] as CourseSummary[];
const image = info('image-C2', { quantity: 'image' });
const absorbed = info('absorbed-C1', { quantity: 'absorbed', part: 'course', course: 'C1' });
const eqd2 = (part: VolumeInfo['part'], ab = 2): VolumeInfo =>
  info(`eqd2-ab${ab}-${part ?? ''}`, { quantity: 'eqd2', part, alpha_beta_gy: ab });
const allowance = info('allowance-5fx', { quantity: 'allowance', fractions: 5 });
const LIST = [
  image,
  absorbed,
  eqd2('background'),
  eqd2('cumulative'),
  eqd2('band-low'),
  eqd2('band-high'),
  eqd2('cumulative', 10),
  allowance,
];
const structure = (name: string, alpha_beta_gy: number | null, kind = 'oar'): unknown => ({
  name,
  alpha_beta_gy,
  kind,
});
const ASSESSMENT = {
  courses: COURSES,
  structures: ['a', 'b', 'c', 'd', 'e', 'f']
    .map((name) => structure(name, 2))
    .concat(structure('Skin', 2, 'external'), structure('PTV', 10)),
} as Assessment;

describe('layers', () => {
  it('are listed without images, with words that can stand alone', () => {
    const options = layerOptions(LIST, ASSESSMENT);
    expect(options.map(({ value }) => value)).not.toContain('image-C2');
    expect(options.map(({ label }) => label)).toContain('All courses, EQD2 (α/β = 2\u2009Gy)');
    expect(options.find(({ value }) => value === 'eqd2-ab10-cumulative')?.group).toBe('EQD2 (α/β = 10\u2009Gy): PTV');
    expect(layerLabel(absorbed, COURSES)).toBe('C1 BRAIN_60 (prior), absorbed dose');
    expect(layerLabel(allowance, COURSES)).toBe('May still be given in 5 fractions');
  });

  it('name a few organs of a basis and count the others', () => {
    expect(organsOf(2, ASSESSMENT)).toBe('a, b, c, d and 2 more');
    expect(organsOf(7, ASSESSMENT)).toBe('');
  });

  it('begin with the sum of all courses, else with what there is', () => {
    expect(firstLayer(LIST)?.id).toBe('eqd2-ab2-cumulative');
    expect(firstLayer([image, absorbed])?.id).toBe('absorbed-C1');
    expect(firstLayer([image])).toBeNull();
  });

  it.each([
    [eqd2('cumulative'), 'eqd2-ab2-background'],
    [eqd2('band-low'), 'eqd2-ab2-band-high'],
    [absorbed, 'eqd2-ab2-background'],
  ])('have a partner to be compared with', (one, expected) => {
    expect(partnerOf(one, LIST)?.id).toBe(expected);
  });

  it('of allowances may be asked for in any number of fractions', () => {
    const ids = (asked: (string | null)[]): string[] => withAllowances(LIST, asked).map(({ id }) => id);
    expect(ids(['allowance-8fx', 'allowance-8fx'])).toEqual([...LIST.map(({ id }) => id), 'allowance-8fx']);
    expect(withAllowances(LIST, ['allowance-8fx']).at(-1)).toMatchObject({ quantity: 'allowance', fractions: 8 });
    expect(withAllowances(LIST, [null, 'allowance-5fx', 'allowance-0fx', 'allowance-101fx', 'eqd2-x'])).toBe(LIST);
    expect(withAllowances([image], ['allowance-8fx'])).toEqual([image]);
  });

  it('of particles are weighted', () => {
    expect(unitLabel(absorbed, COURSES)).toBe('Gy(RBE)');
    expect(unitLabel({ ...absorbed, course: 'C2' }, COURSES)).toBe('Gy');
    expect(unitLabel(eqd2('cumulative'), COURSES)).toBe('Gy');
  });
});
