import { expect, it } from 'vitest';
import { answerLines, readAnswers } from './answerLines';
import { pointLines, readPoints } from './pointLines';

it('points of a histogram are read as they are written', () => {
  const points: [number, number][] = [
    [0, 100],
    [10.5, 60],
    [45, 0],
  ];
  expect(readPoints(pointLines(points))).toEqual({ points });
  expect(readPoints(' 0\t100\n\n10;60 ')).toEqual({
    points: [
      [0, 100],
      [10, 60],
    ],
  });
  expect(readPoints('')).toEqual({ points: [] });
});

it.each([
  ['10', '"10" is not a dose'],
  ['10 60 3', 'is not a dose'],
  ['10,5 60', 'is not a dose'],
  ['10 101', 'is not a dose'],
  ['-1 60', 'is not a dose'],
  ['0 100\n0 90', 'must rise: 0 Gy'],
  ['0 60\n10 70', 'must not rise: 70 %'],
])('%j is no histogram', (text, reason) => {
  expect(readPoints(text).reason).toContain(reason);
});

it('answers are read as they are written', () => {
  const answers = { '2': 4, '10': 1, '29': 7 };
  expect(answerLines(answers)).toBe('2 4\n10 1\n29 7');
  expect(readAnswers(answerLines(answers))).toEqual({ answers });
  expect(readAnswers('1=2\n2: 3')).toEqual({ answers: { '1': 2, '2': 3 } });
});

it.each([
  ['1', 'is not an item'],
  ['1 2.5', 'is not an item'],
  ['1 300', 'is not an item'],
  ['1 2\n1 3', 'Item 1 is answered twice.'],
])('%j is no list of answers', (text, reason) => {
  expect(readAnswers(text).reason).toContain(reason);
});
