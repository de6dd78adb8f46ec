import { describe, expect, it } from 'vitest';
import { placeText, readPlace } from './placeText';

describe('placeText', () => {
  it('is read again as it was written', () => {
    expect(placeText([12, -34.54, -0.01])).toBe('12.0, \u221234.5, 0.0');
    expect(readPlace(placeText([12, -34.5, 6]))).toEqual([12, -34.5, 6]);
  });

  it.each([
    ['1 2 3 mm', [1, 2, 3]],
    ['1;-2;3.5', [1, -2, 3.5]],
    ['1, 2', null],
    ['1, 2, x', null],
    ['', null],
    ['1, 2, 3, 4', null],
  ])('reads %j', (text, expected) => {
    expect(readPlace(text)).toEqual(expected);
  });
});
