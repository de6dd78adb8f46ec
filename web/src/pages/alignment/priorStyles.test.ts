import { describe, expect, it } from 'vitest';
import { PRIOR_ONLY_COLOUR } from '../../planes/legend';
import type { OutlineLine } from '../../planes/scene';
import { priorStyle, withFullLines } from './priorStyles';

const STYLES = [
  { index: 0, name: 'Myelon', colour: 'blue', dash: '', visible: true },
  { index: 1, name: 'Brain', colour: 'red', dash: '6 3', visible: false },
  { index: 2, name: 'SpinalCord', colour: 'green', dash: '2 3', visible: true },
  { index: 3, name: 'PTV30', colour: 'violet', dash: '', visible: true },
];
const STRUCTURES = [
  { name: 'Myelon', standard_name: 'SpinalCord', kind: 'oar' },
  { name: 'Brain', standard_name: null, kind: null },
  { name: 'SpinalCord', standard_name: 'SpinalCord_PRV', kind: 'oar' },
  { name: 'PTV30', standard_name: 'PTV', kind: 'target' },
] as const;
const line = (name: string, standardName: string | null = null): OutlineLine => ({
  structure: 9,
  name,
  standardName,
  points: new Float32Array(0),
});

describe('a prior structure', () => {
  it.each([
    ['MYELON', null, 'blue'],
    [' myelon', null, 'blue'],
    ['spinalcord', null, 'green'],
    ['SPINALCORD_PRV', null, 'green'],
    ['medulla', 'SpinalCord_PRV', 'green'],
    // What two persons called the same goes before what the names stand for.
    ['Myelon', 'SpinalCord_PRV', 'blue'],
    ['Chiasm', 'OpticChiasm', PRIOR_ONLY_COLOUR],
    // Another target is another volume, unless it was given the same name.
    ['PTV60', 'PTV', PRIOR_ONLY_COLOUR],
    ['ptv30', 'PTV', 'violet'],
    ['', null, PRIOR_ONLY_COLOUR],
  ])('%s (%s) is drawn in %s and dashed', (name, standardName, colour) => {
    expect(priorStyle(STYLES, STRUCTURES, false)(line(name, standardName))).toEqual({
      name: `prior: ${name}`,
      colour,
      dash: '7 5',
    });
  });

  it('is not seen where its namesake is not, or where another one is seen alone', () => {
    expect(priorStyle(STYLES, STRUCTURES, false)(line('brain'))).toBeNull();
    expect(priorStyle(STYLES, STRUCTURES, true)(line('Chiasm'))).toBeNull();
    expect(priorStyle(STYLES, STRUCTURES, true)(line('myelon'))).not.toBeNull();
  });
});

it('current structures have full lines beside prior ones', () => {
  expect(withFullLines(STYLES).map(({ dash, colour }) => [dash, colour])).toEqual([
    ['', 'blue'],
    ['', 'red'],
    ['', 'green'],
    ['', 'violet'],
  ]);
});
