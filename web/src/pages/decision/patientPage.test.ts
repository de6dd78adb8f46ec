import { expect, it } from 'vitest';
import type { PatientPageSettings } from '../../api/settings';
import { emptyPage, lacking, readParts, withFields } from './patientPage';

const WHOLE: PatientPageSettings = { part: 'neck', aim: 'control', contact: 'a nurse', phone: '1', urgent_phone: '2' };
const NUMBER = { low_of_100: 30, high_of_100: 50, years: 2, source: 's', evidence: 'secondary' } as const;

it('an empty page lacks what every page needs', () => {
  expect(lacking(emptyPage())).toHaveLength(4);
  expect(lacking(WHOLE)).toEqual([]);
});

it('a number needs its time span, source and evidence', () => {
  expect(lacking({ ...WHOLE, benefit: [{ benefit: 'lived', ...NUMBER }] })).toEqual([]);
  const noYears = withFields(NUMBER, { years: undefined });
  expect(lacking({ ...WHOLE, benefit: [{ benefit: 'lived', ...noYears }] })[0]).toContain('benefit');
  expect(lacking({ ...WHOLE, benefit: [{ ...NUMBER }] })[0]).toContain('benefit');
  expect(lacking({ ...WHOLE, harm: [{ organ: 'Brain', harm: 'cns-necrosis', how_often: noYears }] })[0]).toContain(
    'number of a harm',
  );
});

it('a harm may stand without a number, but not without its name', () => {
  expect(lacking({ ...WHOLE, harm: [{ organ: 'Brain', harm: 'cns-necrosis', how_often: {} }] })).toEqual([]);
  expect(lacking({ ...WHOLE, harm: [{ organ: 'Brain', harm: '' }] })[0]).toContain('harm');
});

it('fields that state nothing are taken out', () => {
  expect(withFields({ of_100: 5, years: 2 }, { of_100: undefined, source: '' })).toEqual({ years: 2 });
});

it('parts are read line by line', () => {
  expect(readParts(' neck \n\nback')).toEqual(['neck', 'back']);
});
