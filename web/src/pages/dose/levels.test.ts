import { describe, expect, it } from 'vitest';
import { inMode, levelsGy, percentScale, readLevels, roundScale } from './levels';

describe('levels', () => {
  it.each([
    [113.2, [20, 40, 60, 80, 100], 20, 120],
    [60, [10, 20, 30, 40, 50, 60], 10, 60],
    [182, [25, 50, 75, 100, 125, 150, 175], 25, 200],
    [7.4, [1, 2, 3, 4, 5, 6, 7], 1, 8],
    [0, [0.2, 0.4, 0.6, 0.8, 1], 0.2, 1],
    [NaN, [0.2, 0.4, 0.6, 0.8, 1], 0.2, 1],
  ])('run up to %d Gy in even steps', (highest, values, from, to) => {
    const scale = roundScale(highest);
    expect(scale).toMatchObject({ levels: { mode: 'gy', values }, from, to });
  });

  it('in percent are of the dose that is stated', () => {
    const { levels, from, to } = percentScale(60, 70);
    expect(levelsGy(levels)).toEqual([12, 30, 48, 57, 60, 64.2]);
    expect([from, to]).toEqual([12, 70]);
  });

  it('stay the same lines when they are written the other way', () => {
    const percent = { mode: 'percent' as const, referenceGy: 60, values: [50, 95] };
    const gray = inMode(percent, 'gy');
    expect(gray).toEqual({ mode: 'gy', referenceGy: 60, values: [30, 57] });
    expect(inMode(gray, 'percent')).toEqual(percent);
  });

  it('are drawn once, the lowest first, and none at zero', () => {
    expect(levelsGy({ mode: 'gy', referenceGy: 60, values: [30, 10, 30, 0] })).toEqual([10, 30]);
  });

  it.each([
    ['50 45.5,10', { values: [10, 45.5, 50] }],
    ['', { values: [] }],
    ['10, abc', { reason: 'Numbers with commas or spaces between them' }],
    ['10, -5', { reason: 'Only levels above zero can be drawn' }],
    ['1 2 3 4 5 6 7 8 9 10 11 12 13', { reason: 'At most 12 levels can be told apart' }],
  ])('are read from %j', (text, expected) => {
    expect(readLevels(text)).toEqual(expected);
  });
});
