import { afterEach, expect, it, vi } from 'vitest';
import { caseList } from './caseList.svelte';
import { CasesView } from './casesView.svelte';

afterEach(() => vi.unstubAllGlobals());

it('a case that cannot be read stands beside the others, hides none, and can be deleted', async () => {
  const problem = { code: 'unreadable', doing: 'reading a case', subject: '', message: 'no JSON', hint: 'Restore it.' };
  const list = { cases: [{ id: 'a', label: 'A' }], broken: [{ id: 'b', problem }] };
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(JSON.stringify(list), { status: 200 })));
  await caseList.read();
  expect(caseList.cases.map(({ id }) => id)).toEqual(['a']);
  expect(caseList.broken).toEqual([{ id: 'b', problem }]);
  const view = new CasesView();
  caseList.broken.forEach((one) => view.askToDeleteBroken(one));
  expect([view.deleting, view.neighbour]).toEqual([{ id: 'b', label: 'case b', summary: null }, null]);
});
