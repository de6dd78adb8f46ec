import { expect, it } from 'vitest';
import { readDate, shifted } from './dateEntry';

it.each([
  ['2024-11-18', {}, { value: '2024-11-18' }],
  ['2024-02-29', {}, { value: '2024-02-29' }],
  ['', { optional: true }, { value: null }],
  ['', {}, { reason: 'A date is needed.' }],
  ['18.11.2024', {}, { reason: 'Write the date as year-month-day, as 2024-11-18.' }],
  ['2023-02-29', {}, { reason: 'There is no day 2023-02-29.' }],
  ['2024-13-01', {}, { reason: 'There is no day 2024-13-01.' }],
  ['2024-01-01', { min: '2024-01-02' }, { reason: 'Not before 2024-01-02.' }],
  ['2024-01-03', { max: '2024-01-02' }, { reason: 'Not after 2024-01-02.' }],
] as const)('%j', (text, rules, entry) => {
  expect(readDate(text, rules)).toEqual(entry);
});

it('days shift over months and the change of clocks', () => {
  expect(shifted('2024-02-28', 1)).toBe('2024-02-29');
  expect(shifted('2024-03-31', 1)).toBe('2024-04-01');
  expect(shifted('2024-01-01', -1)).toBe('2023-12-31');
});
