import { describe, expect, it } from 'vitest';
import { ArrayFileError, readArrays } from './arrays';

interface Entry {
  name?: unknown;
  type?: unknown;
  shape?: unknown;
  offset?: unknown;
}

/** A container of the given header and data, as the server writes it. */
function container(header: unknown, data: Uint8Array = new Uint8Array(0), magic = 'RERTARR1'): ArrayBuffer {
  const text = typeof header === 'string' ? header : JSON.stringify(header);
  const raw = new TextEncoder().encode(text);
  const length = Math.ceil((12 + raw.length) / 8) * 8 - 12;
  const bytes = new Uint8Array(12 + length + data.length).fill(32);
  bytes.set(new TextEncoder().encode(magic), 0);
  new DataView(bytes.buffer).setUint32(8, length, true);
  bytes.set(raw, 12);
  bytes.set(data, 12 + length);
  return bytes.buffer;
}

function withArrays(arrays: Entry[], nBytes: number): ArrayBuffer {
  return container({ arrays }, new Uint8Array(nBytes));
}

describe('a container of arrays', () => {
  it('gives the header and every array with its values', () => {
    const data = new Uint8Array(24);
    new DataView(data.buffer).setFloat32(0, 1.5, true);
    new DataView(data.buffer).setFloat32(4, Number.NaN, true);
    new DataView(data.buffer).setUint32(16, 7, true);
    const arrays = [
      { name: 'values', type: 'f32', shape: [2], offset: 0 },
      { name: 'starts', type: 'u32', shape: [1], offset: 16 },
    ];
    const file = readArrays<{ title: string }>(container({ title: 'Größe', arrays }, data));
    expect(file.header.title).toBe('Größe');
    expect([...file.f32('values', [2])]).toEqual([1.5, Number.NaN]);
    expect([...file.u32('starts', [null])]).toEqual([7]);
  });

  it('may hold no values at all', () => {
    const file = readArrays(withArrays([{ name: 'points', type: 'f32', shape: [0, 2], offset: 0 }], 0));
    expect(file.f32('points', [null, 2])).toHaveLength(0);
  });

  it('tells of a name, a type and a shape that were not meant', () => {
    const file = readArrays(withArrays([{ name: 'values', type: 'i16', shape: [4], offset: 0 }], 8));
    expect(() => file.array('other')).toThrow('there is no array "other"');
    expect(() => file.f32('values')).toThrow('does not hold 32-bit floats');
    expect(() => file.u32('values', [null, 2])).toThrow('has the shape [4]');
  });
});

const GOOD = { name: 'a', type: 'f32', shape: [2], offset: 0 };

describe.each<[string, ArrayBuffer, string]>([
  ['nothing', new ArrayBuffer(0), 'too short'],
  ['another kind of file', container({ arrays: [] }, new Uint8Array(0), 'RERTARR2'), 'not a container'],
  ['half a header', container({ arrays: [] }).slice(0, 16), 'header is cut off'],
  ['no JSON', container('{"arrays": ['), 'not JSON'],
  ['a header without arrays', container({}), 'lists no arrays'],
  ['a header that is a list', container([]), 'lists no arrays'],
  ['an array without a name', withArrays([{ ...GOOD, name: 3 }], 8), 'has no name'],
  ['an unknown type', withArrays([{ ...GOOD, type: 'f16' }], 8), 'unknown type'],
  ['a type from the prototype', withArrays([{ ...GOOD, type: 'toString' }], 8), 'unknown type'],
  ['a negative length', withArrays([{ ...GOOD, shape: [-1] }], 8), 'has no shape'],
  ['a length that is no whole number', withArrays([{ ...GOOD, shape: [1.5] }], 8), 'has no shape'],
  ['an unaligned offset', withArrays([{ ...GOOD, offset: 4 }], 16), 'no aligned offset'],
  ['a negative offset', withArrays([{ ...GOOD, offset: -8 }], 16), 'no aligned offset'],
  ['one value too few', withArrays([GOOD], 7), 'is cut off'],
  ['a product beyond all numbers', withArrays([{ ...GOOD, shape: [1e9, 1e9, 1e9] }], 8), 'is cut off'],
  ['an offset behind the end', withArrays([{ ...GOOD, offset: 16 }], 16), 'is cut off'],
  ['the same name twice', withArrays([GOOD, GOOD], 8), 'the same name'],
])('%s', (_, bytes, reason) => {
  it('is refused with the reason', () => {
    expect(() => readArrays(bytes)).toThrow(ArrayFileError);
    expect(() => readArrays(bytes)).toThrow(reason);
  });
});

it('data that do not begin at a multiple of 8 bytes are refused', () => {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode('RERTARR1'));
  bytes.set(new TextEncoder().encode('{}'), 12);
  new DataView(bytes.buffer).setUint32(8, 2, true);
  expect(() => readArrays(bytes.buffer)).toThrow('multiple of 8');
});
