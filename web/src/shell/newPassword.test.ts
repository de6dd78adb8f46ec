import { expect, it } from 'vitest';
import { fieldOfProblem, passwordSlip } from './newPassword';

it.each([
  [{ current: '', next: 'b', again: 'b' }, 'current'],
  [{ current: 'a', next: '', again: '' }, 'next'],
  [{ current: 'a', next: 'a', again: 'a' }, 'next'],
  [{ current: 'a', next: 'b', again: 'B' }, 'again'],
  [{ current: 'a', next: 'b', again: 'b' }, undefined],
] as const)('%j: slip in %s', (typed, field) => {
  expect(passwordSlip(typed)?.field).toBe(field);
});

it('what the server says stands where it belongs', () => {
  expect(fieldOfProblem('wrong-password')).toBe('current');
  expect(fieldOfProblem('password')).toBe('next');
  expect(fieldOfProblem('too-many')).toBeNull();
});
