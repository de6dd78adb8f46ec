import { expect, it } from 'vitest';
import { canonical } from './canonical';
import { type DraftStorage, forgetDraft, keepDraft, readDraft } from './draftStore';

function storage(): DraftStorage & { items: Map<string, string> } {
  const items = new Map<string, string>();
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => items.set(key, value),
    removeItem: (key) => items.delete(key),
  };
}

const KEPT = { etag: '"a"', draft: { budget: { fractions: [5] } }, at: '2024-11-18T10:00:00Z' };

it('a draft is kept case by case, and forgotten', () => {
  const own = storage();
  expect(keepDraft(own, '1', KEPT)).toBe(true);
  expect(readDraft(own, '1')).toEqual(KEPT);
  expect(readDraft(own, '2')).toBeNull();
  forgetDraft(own, '1');
  expect(readDraft(own, '1')).toBeNull();
});

it('a draft is that of its owner alone, however names are made', () => {
  const own = storage();
  keepDraft(own, '1', KEPT, 'ada');
  expect(readDraft(own, '1', 'ada')).toEqual(KEPT);
  expect(readDraft(own, '1', 'bela')).toBeNull();
  expect(readDraft(own, '1')).toBeNull();
  forgetDraft(own, '1', 'bela');
  forgetDraft(own, '1');
  expect(readDraft(own, '1', 'ada')).toEqual(KEPT);
  keepDraft(own, 'c', KEPT, 'a/b');
  expect(readDraft(own, 'b/c', 'a')).toBeNull();
});

it('without accounts the keys are those of former versions', () => {
  const own = storage();
  keepDraft(own, '1', KEPT);
  expect([...own.items.keys()]).toEqual(['rert.draft.1']);
});

it.each(['{', 'null', '3', '{"etag":"a"}', '{"etag":"a","at":"b","draft":null}', '{"etag":1,"at":"b","draft":{}}'])(
  'what was kept as %s is no draft',
  (text) => {
    const own = storage();
    own.items.set('rert.draft.1', text);
    expect(readDraft(own, '1')).toBeNull();
  },
);

it('a browser that keeps nothing says so', () => {
  const full: DraftStorage = {
    getItem: () => null,
    setItem: () => {
      throw new DOMException('', 'QuotaExceededError');
    },
    removeItem: () => undefined,
  };
  expect(keepDraft(full, '1', KEPT)).toBe(false);
});

it('the order of fields and fields that are undefined make no difference, that of lists does', () => {
  expect(canonical({ b: [{ d: 1, c: 2 }], a: undefined })).toBe(canonical({ b: [{ c: 2, d: 1 }] }));
  expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
  expect(canonical(undefined)).toBe('null');
});
