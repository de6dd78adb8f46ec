import { expect, it } from 'vitest';
import { endOf, keep, type KeptStorage, takeKept, wordsOf } from './providerReturn';

function storage(text: string | null = null): KeptStorage {
  let held = text;
  return {
    getItem: () => held,
    setItem: (_key, value) => {
      held = value;
    },
    removeItem: () => {
      held = null;
    },
  };
}

it('what was open and typed comes back once', () => {
  const own = storage();
  const kept = { hash: '#/case/1/decision', signing: { caseId: '1', meaning: 'reviewed' } };
  keep(own, kept);
  expect(takeKept(own)).toEqual(kept);
  expect(takeKept(own)).toBeNull();
});

it('what nobody kept leads nowhere', () => {
  for (const text of ['', '{', '7', '{}', '{"hash":"//other.example","signing":null}', '{"hash":"#/a","signing":{}}']) {
    expect(takeKept(storage(text))).toBeNull();
  }
});

it('the address tells how it went, and only in words that are known', () => {
  expect([endOf('?provider=stale'), endOf('?provider=<b>'), endOf('')]).toEqual(['stale', null, null]);
  expect(wordsOf('signed-in', 'the clinic')).toBeNull();
  expect(wordsOf('declined', 'the clinic')?.title).toBe('You were not signed in at the clinic.');
});
