import { describe, expect, it } from 'vitest';
import type { JudgedConstraint } from '../../api/assessment';
import { isMeant, worstVerdicts } from './structureFilter';

const judged = (structure: string, verdict: string, is_landmark = false): JudgedConstraint =>
  ({ structure, verdict, is_landmark }) as JudgedConstraint;

describe('worstVerdicts', () => {
  it('takes the worst one, whatever its place, and no observation', () => {
    const worst = worstVerdicts([
      judged('cord', 'met'),
      judged('cord', 'exceeded'),
      judged('cord', 'uncertain'),
      judged('lung', 'not-evaluable'),
      judged('lung', 'met'),
      judged('lung', 'exceeded', true),
    ]);
    expect([...worst]).toEqual([
      ['cord', 'exceeded'],
      ['lung', 'not-evaluable'],
    ]);
  });
});

describe('isMeant', () => {
  it.each([
    ['', true],
    ['par', true],
    ['lt PAROTID', true],
    ['Parotid_L', true],
    ['parotid rt', false],
  ])('%j: %s', (typed, expected) => {
    expect(isMeant({ name: 'Parotid Lt', standard_name: 'Parotid_L' }, typed)).toBe(expected);
  });
});
