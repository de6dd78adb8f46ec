import { describe, expect, it } from 'vitest';
import type { Settings } from '../../api/settings';
import { editedFields, entryOf, resetStructure, stateFields } from './structureEdits';

const STORED: Settings = {
  structure: [
    { name: 'cord', alpha_beta_gy: 2 },
    { name: 'brain', recovery: 0.2 },
  ],
};
const draft = (): Settings => structuredClone(STORED);

describe('stating something of a structure', () => {
  it('changes its entry and no other', () => {
    const own = draft();
    stateFields(own, 'cord', { recovery: 0.25 });
    expect(own.structure).toEqual([
      { name: 'cord', alpha_beta_gy: 2, recovery: 0.25 },
      { name: 'brain', recovery: 0.2 },
    ]);
    expect(editedFields(own, STORED, 'cord')).toEqual(['recovery']);
    expect(editedFields(own, STORED, 'brain')).toEqual([]);
  });

  it('makes an entry where there is none', () => {
    const own: Settings = {};
    stateFields(own, 'eye', { alpha_beta_gy: 3 });
    expect(own).toEqual({ structure: [{ name: 'eye', alpha_beta_gy: 3 }] });
  });

  it('takes back a field, and with the last one the entry and the list', () => {
    const own: Settings = {};
    stateFields(own, 'eye', { alpha_beta_gy: 3, recovery: 0.1 });
    stateFields(own, 'eye', { recovery: undefined });
    expect(entryOf(own, 'eye')).toEqual({ name: 'eye', alpha_beta_gy: 3 });
    stateFields(own, 'eye', { alpha_beta_gy: undefined });
    expect(own).toEqual({});
  });
});

describe('taking a structure back', () => {
  it('brings the settings to what is stored, order included', () => {
    const own = draft();
    stateFields(own, 'cord', { alpha_beta_gy: undefined });
    expect(own.structure).toHaveLength(1);
    stateFields(own, 'eye', { recovery: 0.1 });
    resetStructure(own, STORED, 'cord');
    resetStructure(own, STORED, 'eye');
    expect(own).toEqual(STORED);
  });

  it('takes out an entry that is not stored', () => {
    const own: Settings = {};
    stateFields(own, 'eye', { recovery: 0.1 });
    resetStructure(own, {}, 'eye');
    expect(own).toEqual({});
  });
});
