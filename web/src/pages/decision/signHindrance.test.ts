import { expect, it } from 'vitest';
import { type SignConditions, signHindrance } from './signHindrance';

const READY: SignConditions = {
  isDirty: false,
  isOutdated: false,
  isBusy: false,
  isRefused: false,
  texts: ['Ada Berg', 'physicist', 'reviewed'],
  hasPassword: null,
};

it('what is stored, assessed and named can be signed', () => {
  expect(signHindrance(READY)).toBeUndefined();
  expect(signHindrance({ ...READY, hasPassword: true })).toBeUndefined();
});

it.each([
  [{ isDirty: true, isOutdated: true }, /not saved/],
  [{ isOutdated: true }, /assess again/],
  [{ isBusy: true }, /under way/],
  [{ isRefused: true }, /no numbers/],
  [{ texts: ['Ada Berg', 'physicist', ' '] }, /meaning/],
  [{ hasPassword: false }, /password/],
])('%j: not', (conditions, reason) => {
  expect(signHindrance({ ...READY, ...conditions })).toMatch(reason);
});
