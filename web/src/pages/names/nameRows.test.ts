import { describe, expect, it } from 'vitest';
import type { StructureName } from '../../api/names';
import {
  buttonWords,
  centresOf,
  changed,
  countOpen,
  isPlainlyKnown,
  partsOf,
  rowsOf,
  selectKnown,
  selectNone,
  toSend,
} from './nameRows';

function name(drawn: string, more: Partial<StructureName> = {}): StructureName {
  return {
    drawn,
    centres: ['Example Hospital'],
    standard_name: null,
    candidates: [],
    meaning: 'unknown',
    state: 'open',
    confirmed: null,
    why_not: null,
    ...more,
  };
}

const CORD = name('cord', { standard_name: 'SpinalCord', meaning: 'known' });
const LUNG = name('Lung Lt', { standard_name: 'Lung_L', meaning: 'known', centres: ['Other Hospital'] });
const ESOPHAGUS = name('Oesophagsu', { standard_name: 'Esophagus', meaning: 'alike' });
const PAROTID = name('parotid', { candidates: ['Parotid_L', 'Parotid_R'], meaning: 'ambiguous' });
const HELP = name('help1');
const HEART = name('Heart', { standard_name: 'Heart', meaning: 'plain', state: 'plain' });
const BRAIN = name('brain', {
  standard_name: 'Brain',
  meaning: 'known',
  state: 'confirmed',
  confirmed: 'for Example Hospital',
});
const EYE = name('eye left', { standard_name: 'Eye_L', meaning: 'known', state: 'decided' });
const NOWHERE = name('chiasm', { standard_name: 'OpticChiasm', meaning: 'known', centres: [], why_not: 'no centre' });
const ALL = [CORD, LUNG, ESOPHAGUS, PAROTID, HELP, HEART, BRAIN, EYE, NOWHERE];

const standing = (rows: ReturnType<typeof rowsOf>): unknown[] =>
  rows.map((row) => [row.name.drawn, row.standardName, row.isSelected]);

describe('rows', () => {
  it('begin with what a name is taken to mean, with nothing for an ambiguous one, and with nothing selected', () => {
    expect(standing(rowsOf(ALL))).toEqual([
      ['cord', 'SpinalCord', false],
      ['Lung Lt', 'Lung_L', false],
      ['Oesophagsu', 'Esophagus', false],
      ['parotid', '', false],
      ['help1', '', false],
    ]);
  });

  it('of an ambiguous name propose nothing, even where the server does', () => {
    expect(rowsOf([{ ...PAROTID, standard_name: 'Parotid_L' }])[0]?.standardName).toBe('');
  });

  it('keep what a person did where the server says the same again', () => {
    const before = changed(rowsOf(ALL), 'parotid', { standardName: 'Parotid_R', isSelected: true });
    expect(rowsOf(structuredClone(ALL), before)).toEqual(before);
  });

  it.each<Partial<StructureName>>([
    { candidates: ['Parotid_L', 'Parotid_R', 'Parotid'] },
    { centres: ['Example Hospital', 'Other Hospital'] },
    { meaning: 'alike' },
    { standard_name: 'Parotid_L' },
  ])('begin anew where the server says something else: %j', (other) => {
    const before = changed(rowsOf([PAROTID]), 'parotid', { standardName: 'Parotid_R', isSelected: true });
    const [row] = rowsOf([{ ...PAROTID, ...other }], before);
    expect(row?.isSelected).toBe(false);
    expect(row?.standardName).not.toBe('Parotid_R');
  });

  it('are for open names of which a centre is known; the others are listed beside them', () => {
    const rows = rowsOf(ALL);
    const parts = partsOf(ALL, rows);
    expect(parts).toEqual({ forCase: [EYE, NOWHERE], confirmed: [BRAIN], plain: [HEART] });
    expect(rows.length + parts.forCase.length + parts.confirmed.length + parts.plain.length).toBe(ALL.length);
  });

  it('take up a confirmed name that is to be corrected, with what was confirmed', () => {
    const side = {
      ...PAROTID,
      standard_name: 'Parotid_R',
      state: 'confirmed',
      confirmed: 'for Example Hospital',
    } as const;
    const rows = rowsOf([BRAIN, side, HEART, EYE], [], ['brain', 'parotid', 'Heart', 'eye left']);
    expect(standing(rows)).toEqual([
      ['brain', 'Brain', false],
      ['parotid', 'Parotid_R', false],
    ]);
    expect(partsOf([BRAIN, side], rows).confirmed).toEqual([]);
    expect(toSend(selectKnown(rows))).toEqual([]);
  });
});

describe('selecting', () => {
  it('all known takes nothing that is alike, ambiguous or unknown', () => {
    const rows = selectKnown(rowsOf(ALL));
    expect(toSend(rows)).toEqual([
      { drawn: 'cord', standard_name: 'SpinalCord' },
      { drawn: 'Lung Lt', standard_name: 'Lung_L' },
    ]);
    expect(centresOf(rows)).toEqual(['Example Hospital', 'Other Hospital']);
    expect(toSend(selectNone(rows))).toEqual([]);
  });

  it('all known leaves out what was corrected', () => {
    const rows = changed(rowsOf([CORD, LUNG]), 'cord', { standardName: 'SpinalCanal' });
    expect(rows.map(isPlainlyKnown)).toEqual([false, true]);
    expect(toSend(selectKnown(rows))).toEqual([{ drawn: 'Lung Lt', standard_name: 'Lung_L' }]);
  });

  it('a row needs a meaning, and ends when the meaning is taken away', () => {
    expect(toSend(changed(rowsOf(ALL), 'parotid', { isSelected: true }))).toEqual([]);
    const rows = changed(rowsOf(ALL), 'cord', { isSelected: true });
    expect(toSend(rows)).toHaveLength(1);
    expect(toSend(changed(rows, 'cord', { standardName: '  ' }))).toEqual([]);
  });

  it('sends what stands in the row, and of no other row', () => {
    const rows = changed(rowsOf(ALL), 'help1', { standardName: ' Larynx ', isSelected: true });
    expect(toSend(rows)).toEqual([{ drawn: 'help1', standard_name: 'Larynx' }]);
  });
});

describe('the button', () => {
  it('counts what is open, by what can be done with it', () => {
    const doubtful = { ...PAROTID, why_not: 'no centre' };
    expect(countOpen([...ALL, doubtful])).toEqual({ toConfirm: 5, toState: 1 });
    expect(buttonWords([...ALL, doubtful])).toBe('Names · 5 to confirm, 1 to state');
    expect(buttonWords([CORD, HEART])).toBe('Names · 1 to confirm');
    expect(buttonWords([doubtful])).toBe('Names · 1 to state');
  });

  it('counts nothing where nothing is open or known', () => {
    expect(buttonWords([HEART, BRAIN, EYE, NOWHERE])).toBe('Names');
    expect(buttonWords(null)).toBe('Names');
  });
});
