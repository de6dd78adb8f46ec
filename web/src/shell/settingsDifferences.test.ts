import { expect, it } from 'vitest';
import { settingsDifferences } from './settingsDifferences';

it('only fields that differ are told, with both values', () => {
  const mine = { structure: [{ name: 'cord', recovery: 0.25 }], budget: { fractions: [5, 10] } };
  const theirs = { structure: [{ name: 'cord' }], budget: { fractions: [5] }, case: { site: 'spine' as const } };
  expect(settingsDifferences(mine, { ...theirs, budget: { fractions: [5] } })).toEqual([
    { path: 'budget.fractions.2', mine: '10', theirs: null },
    { path: 'case.site', mine: null, theirs: '"spine"' },
    { path: 'structure.1.recovery', mine: '0.25', theirs: null },
  ]);
});

it('settings that are the same differ nowhere', () => {
  expect(settingsDifferences({ answers: { a: true } }, { answers: { a: true } })).toEqual([]);
});
