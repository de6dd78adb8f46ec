import { describe, expect, it } from 'vitest';
import { wrapped } from './canvasText';
import { captionTexts, legendText } from './exportCaption';

describe('a caption', () => {
  it('says what, basis, units and what is provisional', () => {
    const caption = { what: 'Axial, z = 5.0 mm', basis: 'EQD2 (α/β = 2 Gy)', units: 'Gy', note: 'provisional' };
    expect(captionTexts(caption)).toEqual(['Axial, z = 5.0 mm', 'EQD2 (α/β = 2 Gy)', 'Units: Gy', '⚠ provisional']);
    expect(captionTexts({ ...caption, note: null, units: '' })).toEqual(['Axial, z = 5.0 mm', 'EQD2 (α/β = 2 Gy)']);
  });

  it('says in words what colours and hatching mean', () => {
    const lines = [
      { label: '≥20 Gy', colour: 'red' },
      { label: '≥40 Gy', colour: 'blue' },
    ];
    expect(legendText({ kind: 'lines', title: 'Isodose lines', lines, note: 'a bound' })).toBe(
      'Isodose lines (a bound): ≥20 Gy, ≥40 Gy',
    );
    expect(legendText({ kind: 'hatch', title: 'no dose known beyond' })).toBe('Hatched border: no dose known beyond');
  });

  it('goes on in another line and loses no word', () => {
    expect(wrapped('one two three four', 9, (text) => text.length)).toEqual(['one two', 'three', 'four']);
    expect(wrapped('unbreakable', 3, (text) => text.length)).toEqual(['unbreakable']);
  });
});
