import { describe, expect, it } from 'vitest';
import { gateVerdict, kindWords, measureRows, measureWords, objections, shortKind } from './mapWords';

const rigid = { quality: { overlap_percent: 99.862, verdict: 'usable', objections: null } };
const deformable = {
  quality: {
    jacobian_minimum: 0.5,
    overlap_percent: null,
    new_measure_mm: 3,
    verdict: 'usable-with-care',
    objections: 'it folds',
  },
};

describe('measureRows', () => {
  it('puts maps side by side, keeps what is not known apart from what a map does not have', () => {
    expect(measureRows([rigid, deformable]).map(({ name, values }) => [name, values])).toEqual([
      ['overlap_percent', ['99.9\u2009%', 'not known']],
      ['jacobian_minimum', [null, '0.50']],
      ['new_measure_mm', [null, '3.00\u2009mm']],
    ]);
  });
});

describe('words', () => {
  it('read the unit of an unknown measure from its name', () => {
    expect(measureWords('some_new_thing_percent')).toEqual({ label: 'some new thing', unit: '%', digits: 2 });
  });

  it('of the gate are those it knows', () => {
    expect([gateVerdict(rigid), objections(rigid)]).toEqual(['usable', null]);
    expect([gateVerdict(deformable), objections(deformable)]).toEqual(['usable-with-care', 'it folds']);
    expect(gateVerdict({ quality: { verdict: 'fine' } })).toBeNull();
  });

  it('of kinds are known, or shown as they came', () => {
    expect(kindWords('none')).toBe('none: sum of maxima');
    expect(shortKind('dicom-rigid')).toBe('rigid (DICOM)');
    expect(kindWords('<b>')).toBe('<b>');
  });
});
