import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { StructureName } from '../../api/names';
import { openCase } from '../../state/case.svelte';
import { CaseNames } from './caseNames.svelte';
import { changed, selectKnown } from './nameRows';

const CORD: StructureName = {
  drawn: 'cord',
  centres: ['Example Hospital'],
  standard_name: 'SpinalCord',
  candidates: [],
  meaning: 'known',
  state: 'open',
  confirmed: null,
  why_not: null,
};
const PAROTID: StructureName = {
  ...CORD,
  drawn: 'parotid',
  standard_name: null,
  candidates: ['Parotid_L', 'Parotid_R'],
  meaning: 'ambiguous',
};
const CONFIRMED: StructureName = { ...CORD, state: 'confirmed', confirmed: 'for Example Hospital by J. Doe' };

const storage = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
let held: StructureName[] = [];
let etag = '"a"';
let answerToPut: () => Response | Promise<Response> = () => Response.json({});
const put: unknown[] = [];

function answer(address: string, { method, body }: { method: string; body?: string }): Response | Promise<Response> {
  if (method === 'PUT') {
    put.push(JSON.parse(body ?? ''));
    return answerToPut();
  }
  if (address.endsWith('/names')) return Response.json({ names: held });
  if (address.endsWith('/settings')) return Response.json({ settings: {}, toml: '', etag });
  if (address.endsWith('/assessment')) return Response.json({ code: 'not-assessed', message: 'none' }, { status: 404 });
  return Response.json({ id: '1', state: 'imported' });
}

beforeEach(async () => {
  held = [CORD, PAROTID];
  etag = '"a"';
  put.length = 0;
  vi.stubGlobal('localStorage', storage);
  vi.stubGlobal('fetch', (address: string, init: { method: string; body?: string }) =>
    Promise.resolve(answer(address, init)),
  );
  await openCase.open('1');
});

afterEach(() => {
  openCase.close();
  vi.unstubAllGlobals();
});

async function readNames(): Promise<CaseNames> {
  const names = new CaseNames();
  await names.read();
  return names;
}

it('what is selected is confirmed, and the settings are read anew', async () => {
  const names = await readNames();
  expect(await names.confirm()).toBeNull();
  expect(put).toEqual([]);
  names.rows = selectKnown(names.rows);
  answerToPut = () => {
    etag = '"b"';
    return Response.json({ names: [CONFIRMED, PAROTID] });
  };
  expect(await names.confirm()).toBe(1);
  expect(put).toEqual([{ names: [{ drawn: 'cord', standard_name: 'SpinalCord' }] }]);
  expect(names.rows.map(({ name }) => name.drawn)).toEqual(['parotid']);
  expect([names.isSending, openCase.stored?.etag]).toEqual([false, '"b"']);
});

it('a refusal is told, and what was typed and selected stays', async () => {
  const names = await readNames();
  names.rows = changed(names.rows, 'parotid', { standardName: 'Parotid_R', isSelected: true });
  const before = names.rows;
  answerToPut = () => Response.json({ code: 'name', message: 'the side differs' }, { status: 422 });
  expect(await names.confirm()).toBeNull();
  expect(names.refusal).toMatchObject({ code: 'name', message: 'the side differs' });
  expect([names.rows, names.isSending]).toEqual([before, false]);
});

it('where somebody else changed the case, it is read anew and nothing of another meaning stays selected', async () => {
  const names = await readNames();
  names.rows = selectKnown(names.rows);
  answerToPut = () => {
    held = [{ ...CORD, standard_name: 'SpinalCanal' }, PAROTID];
    etag = '"c"';
    return Response.json({ code: 'settings-changed', message: 'others were stored' }, { status: 412 });
  };
  expect(await names.confirm()).toBeNull();
  expect(names.refusal?.code).toBe('settings-changed');
  expect(openCase.stored?.etag).toBe('"c"');
  expect(names.rows[0]).toMatchObject({ standardName: 'SpinalCanal', isSelected: false });
});

it('a confirmed name is corrected', async () => {
  held = [CONFIRMED, PAROTID];
  const names = await readNames();
  expect(names.rows.map(({ name }) => name.drawn)).toEqual(['parotid']);
  names.reopen('cord');
  names.rows = changed(names.rows, 'cord', { standardName: 'SpinalCanal', isSelected: true });
  answerToPut = () => Response.json({ names: [{ ...CONFIRMED, standard_name: 'SpinalCanal' }, PAROTID] });
  expect(await names.confirm()).toBe(1);
  expect(put).toEqual([{ names: [{ drawn: 'cord', standard_name: 'SpinalCanal' }] }]);
  expect(names.rows.map(({ name }) => name.drawn)).toEqual(['parotid']);
});

it('nothing is sent twice while it is on its way', async () => {
  const names = await readNames();
  names.rows = selectKnown(names.rows);
  let arrive: (response: Response) => void = () => undefined;
  answerToPut = () => new Promise((resolve) => (arrive = resolve));
  const first = names.confirm();
  expect(await names.confirm()).toBeNull();
  arrive(Response.json({ names: [CONFIRMED, PAROTID] }));
  expect(await first).toBe(1);
  expect(put).toHaveLength(1);
});

it('nothing of one case stays in another', async () => {
  const names = await readNames();
  names.rows = selectKnown(names.rows);
  held = [CORD];
  await names.read('2');
  expect(names.rows).toMatchObject([{ isSelected: false }]);
  await names.read(null);
  expect([names.all, names.rows]).toEqual([null, []]);
});
