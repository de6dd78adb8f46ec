import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { MapInfo } from '../../api/volumes';
import { PriorSets } from './priorSets';

/** A container of the HTTP interface with one line of three points, or with none. */
function container(structures: object | null | undefined, nLines: number): ArrayBuffer {
  const outlines = nLines === 0 ? [] : [{ structure: 1, name: 'Myelon', line: 0 }];
  const points = nLines === 0 ? [] : [0, 0, 1, 0, 0, 2];
  const arrays = [
    { name: 'points', type: 'f32', shape: [points.length / 2, 2], offset: 0 },
    { name: 'starts', type: 'u32', shape: [nLines], offset: 24 },
  ];
  const json = JSON.stringify({ structures, outlines, arrays });
  const text = new TextEncoder().encode(json + ' '.repeat((8 - ((12 + json.length) % 8)) % 8));
  const buffer = new ArrayBuffer(12 + text.length + 32);
  new Uint8Array(buffer).set(new TextEncoder().encode('RERTARR1'));
  new DataView(buffer).setUint32(8, text.length, true);
  new Uint8Array(buffer).set(text, 12);
  new Float32Array(buffer, 12 + text.length, points.length).set(points);
  return buffer;
}

const SET = [
  { name: 'Brain', standard_name: 'Brain' },
  { name: 'Myelon', standard_name: 'SpinalCord' },
];
const asked: string[] = [];
let answer: () => ArrayBuffer;

beforeEach(() => {
  asked.length = 0;
  answer = () => container(SET, 1);
  vi.stubGlobal('fetch', (address: string) => {
    asked.push(address);
    return Promise.resolve(new Response(answer()));
  });
});
afterEach(() => vi.unstubAllGlobals());

const C1 = { caseId: '1', assessmentTag: 'a', id: 'C1' };
const map = (kind: string, shift = 0): MapInfo =>
  ({ course: 'C1', kind, moving_from_fixed: [1, 0, 0, shift, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] }) as MapInfo;

it('a plane is asked for once, and again only through another map or of another assessment', async () => {
  const sets = new PriorSets();
  const provider = sets.through(C1, map('rigid'));
  expect(sets.through(C1, map('rigid'))).toBe(provider);
  const { lines } = await provider('axial', 5);
  expect(lines.map(({ points, ...rest }) => ({ ...rest, points: Array.from(points) }))).toEqual([
    { structure: 1, name: 'Myelon', standardName: 'SpinalCord', points: [0, 0, 1, 0, 0, 2] },
  ]);
  await provider('axial', 5);
  expect(asked).toHaveLength(1);
  for (const other of [
    sets.through({ ...C1, assessmentTag: 'b' }, map('rigid')),
    sets.through(C1, map('deformable')),
    sets.through(C1, map('rigid', 2)),
  ]) {
    expect(other).not.toBe(provider);
    await other('axial', 5);
  }
  expect(asked).toHaveLength(4);
});

it('a map by hand is sent as its matrix', async () => {
  const sets = new PriorSets();
  const provider = sets.byHand(C1, {
    rotation_deg: [0, 0, 90],
    translation_mm: [1, 2, 3],
    centre_mm: [0, 0, 0],
  });
  await provider('coronal', -1.5);
  const { searchParams } = new URL(asked[0] ?? '', 'http://127.0.0.1');
  const numbers = (searchParams.get('moving_from_fixed') ?? '')
    .split(',')
    .map((text) => Math.round(Number(text) * 1e9));
  expect(numbers.map((number) => number / 1e9 + 0)).toEqual([0, -1, 0, 1, 1, 0, 0, 2, 0, 0, 1, 3, 0, 0, 0, 1]);
  expect(searchParams.get('map')).toBeNull();
});

it('that nothing of a course can be carried is known as soon as the server says so, of this map and not before', async () => {
  const sets = new PriorSets();
  const provider = sets.through(C1, map('rigid'));
  answer = () => container(SET, 0);
  await provider('axial', 1);
  expect(sets.hasNone(C1, map('rigid'))).toBe(false);
  answer = () => container(null, 0);
  await provider('axial', 2);
  expect(sets.hasNone(C1, map('rigid'))).toBe(true);
  expect(sets.hasNone(C1, map('deformable'))).toBe(false);
  expect(sets.hasNone(C1, null)).toBe(false);
  expect(sets.hasNone({ ...C1, caseId: '2' }, map('rigid'))).toBe(false);
  // Another assessment may know one.
  expect(sets.hasNone({ ...C1, assessmentTag: 'b' }, map('rigid'))).toBe(false);
  await sets.byHand(C1, { rotation_deg: [0, 0, 0], translation_mm: [0, 0, 0], centre_mm: [0, 0, 0] })('axial', 2);
  expect(sets.hasNone(C1, null)).toBe(true);
});

it('lines of which the server does not say whose they are are not drawn', async () => {
  const provider = new PriorSets().through(C1, map('rigid'));
  answer = () => container(undefined, 1);
  await expect(provider('axial', 1)).rejects.toThrow('whose outlines');
});
