import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Role, Session } from '../api/session';
import { openCase } from './case.svelte';
import { keepDraft } from './draftStore';
import { session } from './session.svelte';

const items = new Map<string, string>();
const storage = {
  getItem: (key: string) => items.get(key) ?? null,
  setItem: (key: string, value: string) => void items.set(key, value),
  removeItem: (key: string) => void items.delete(key),
};
const asked: string[] = [];

const ANSWERS: Record<string, unknown> = {
  '/api/v1/cases/1': { id: '1', state: 'imported' },
  '/api/v1/cases/1/settings': { settings: { budget: { fractions: [5] } }, toml: '', etag: '"a"' },
};

function signedIn(name: string, role: Role, may: string[]): Session {
  const account = { name, printed_name: name, role, sees_all: true, is_linked: false };
  return {
    version: '0.1.0',
    mode: 'department',
    knowledge_sha256: 'a',
    takes_passwords: true,
    provider: null,
    account,
    may,
  };
}

const PHYSICIST = signedIn('ada', 'physicist', ['put_cases_case_settings', 'post_cases_case_assessment']);
const VIEWER = signedIn('vera', 'viewer', []);

beforeEach(() => {
  items.clear();
  asked.length = 0;
  vi.stubGlobal('localStorage', storage);
  vi.stubGlobal('fetch', (address: string, { method }: { method: string }) => {
    asked.push(`${method} ${address}`);
    const found = ANSWERS[address];
    return Promise.resolve(
      found === undefined
        ? Response.json({ code: 'not-assessed', message: 'none yet' }, { status: 404 })
        : Response.json(found),
    );
  });
});

afterEach(() => {
  openCase.close();
  session.current = null;
  vi.unstubAllGlobals();
});

async function openAs(who: Session | null): Promise<void> {
  session.current = who;
  await openCase.open('1');
}

it.each([
  ['a physicist', PHYSICIST],
  ['whoever is there in local mode', null],
])('%s edits the draft', async (_, who) => {
  await openAs(who);
  openCase.draft.budget?.fractions?.push(7);
  expect(openCase.draft).toEqual({ budget: { fractions: [5, 7] } });
  expect(openCase.isDirty).toBe(true);
});

it('a viewer reads the draft and changes nothing of it', async () => {
  await openAs(VIEWER);
  openCase.draft.budget?.fractions?.push(7);
  openCase.draft.answers = { a: true };
  delete openCase.draft.budget;
  expect(openCase.draft).toEqual({ budget: { fractions: [5] } });
  expect([openCase.canEdit, openCase.isDirty]).toEqual([false, false]);
});

it('a viewer asks the server for no assessment', async () => {
  await openAs(VIEWER);
  expect(await openCase.assess()).toBeNull();
  expect(asked.filter((request) => !request.startsWith('GET'))).toEqual([]);
});

it('a draft comes back to whom it belongs, and to nobody else', async () => {
  const kept = { etag: '"a"', draft: { budget: { fractions: [9] } }, at: '2026-11-28T10:00:00Z' };
  keepDraft(storage, '1', kept, 'ada');
  await openAs(PHYSICIST);
  expect(openCase.draft).toEqual(kept.draft);
  openCase.close();
  await openAs(signedIn('bela', 'physicist', ['put_cases_case_settings']));
  expect([openCase.draft, openCase.restoredAt]).toEqual([{ budget: { fractions: [5] } }, null]);
  openCase.close();
  await openAs(null);
  expect(openCase.restoredAt).toBeNull();
});
