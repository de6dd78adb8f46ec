import { expect, it } from 'vitest';
import type { Account } from '../../api/administration';
import { changeOf, EMPTY_ACCOUNT, missingOf, newAccount, typedOf, whyNotOwn } from './accountForm';

const ADA: Account = {
  id: '1',
  name: 'ada',
  printed_name: 'Ada Berg',
  role: 'physicist',
  sees_all: false,
  is_linked: false,
  is_disabled: false,
};

it('names are needed, and blanks around them are not sent', () => {
  expect(missingOf(EMPTY_ACCOUNT)).toMatch(/sign in/);
  expect(missingOf({ ...EMPTY_ACCOUNT, name: 'ada' })).toMatch(/printed/);
  const typed = { ...EMPTY_ACCOUNT, name: ' ada ', printed_name: ' Ada Berg' };
  expect(missingOf(typed)).toBeUndefined();
  expect(newAccount(typed, 'secret')).toMatchObject({ name: 'ada', printed_name: 'Ada Berg', password: 'secret' });
});

it('a service is given no password', () => {
  const typed = { ...typedOf(ADA), role: 'service' as const };
  expect(newAccount(typed, 'typed before')).not.toHaveProperty('password');
  expect(newAccount(typedOf(ADA), '')).not.toHaveProperty('password');
});

it('only what differs is changed, and the name never', () => {
  expect(changeOf(ADA, typedOf(ADA))).toBeNull();
  expect(changeOf(ADA, { ...typedOf(ADA), printed_name: ' Ada Berg ' })).toBeNull();
  expect(changeOf(ADA, { ...typedOf(ADA), name: 'eve', role: 'admin', sees_all: true })).toEqual({
    role: 'admin',
    sees_all: true,
  });
});

it('nobody takes the administration from themselves', () => {
  expect(whyNotOwn(ADA, 'ada')).toBe('This is your own account.');
  expect(whyNotOwn(ADA, 'bela')).toBeUndefined();
});
