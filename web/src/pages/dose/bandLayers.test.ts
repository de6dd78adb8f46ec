import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BandLayers } from './bandLayers.svelte';

/** Requests that end when the test says so. */
const requests: { id: string; signal: AbortSignal; end: (answer: Response) => void }[] = [];

beforeEach(() => {
  requests.length = 0;
  vi.stubGlobal('fetch', (address: string, { signal }: { signal: AbortSignal }) => {
    const id = address.split('/').at(-1) ?? '';
    return new Promise<Response>((resolve, reject) => {
      requests.push({ id, signal, end: resolve });
      signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')));
    });
  });
});
afterEach(() => vi.unstubAllGlobals());

function bands(reopens = false): { layers: BandLayers; arrived: string[] } {
  const arrived: string[] = [];
  const layers = new BandLayers({ arrived: (id) => arrived.push(id), reopens: () => reopens });
  layers.show('1', 'a');
  return { layers, arrived };
}

async function end(index: number, answer: Response): Promise<void> {
  requests[index]?.end(answer);
  await settle();
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const asked = (): string[] => requests.map(({ id }) => id);
const refused = (): Response => new Response('{"code":"internal","message":"no"}', { status: 500 });

/** A layer of two voxels. */
function volume(): Response {
  const grid = {
    origin_mm: [0, 0, 0],
    spacing_mm: [1, 1, 1],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    size: [2, 1, 1],
    plane_offsets_mm: null,
  };
  const arrays = [{ name: 'values', type: 'f32', shape: [1, 1, 2], offset: 0 }];
  const json = JSON.stringify({ id: 'x', title: 'X', quantity: 'eqd2', grid, arrays });
  const text = new TextEncoder().encode(json + ' '.repeat((8 - ((12 + json.length) % 8)) % 8));
  const buffer = new ArrayBuffer(12 + text.length + 8);
  new Uint8Array(buffer).set(new TextEncoder().encode('RERTARR1'));
  new DataView(buffer).setUint32(8, text.length, true);
  new Uint8Array(buffer).set(text, 12);
  return new Response(buffer);
}

describe('ends of the band', () => {
  it('come one after the other, and are asked for once', async () => {
    const { layers } = bands();
    layers.want(['low', 'high']);
    layers.want(['low', 'high']);
    expect(asked()).toEqual(['low']);
    expect(layers.coming).toMatchObject({ id: 'low', fraction: null });
    await end(0, volume());
    expect(layers.layer('low')?.volume?.values).toHaveLength(2);
    expect(layers.layer('high')).toBeNull();
    expect(asked()).toEqual(['low', 'high']);
    await end(1, volume());
    expect(layers.coming).toBeNull();
    layers.want(['low']);
    expect(asked()).toHaveLength(2);
  });

  it('go on coming while another layer is looked at, and it is told that they came', async () => {
    const { layers, arrived } = bands();
    layers.want(['low']);
    layers.want([]);
    expect(requests[0]?.signal.aborted).toBe(false);
    expect(layers.coming?.id).toBe('low');
    await end(0, volume());
    expect(arrived).toEqual(['low']);
    layers.want(['low']);
    expect(layers.layer('low')).not.toBeNull();
    expect(asked()).toEqual(['low']);
  });

  it('are waited for no longer when a person says so, and again when they are chosen again', async () => {
    const { layers } = bands();
    layers.want(['low']);
    layers.stopWaiting();
    await settle();
    expect(requests[0]?.signal.aborted).toBe(true);
    expect(layers.failures.get('low')?.code).toBe('stopped');
    layers.want(['low']);
    expect(asked()).toEqual(['low']);
    layers.want([]);
    layers.want(['low']);
    expect(asked()).toEqual(['low', 'low']);
    expect(layers.failures.size).toBe(0);
  });

  it('that fail are asked for again only when a person says so', async () => {
    const { layers } = bands();
    layers.want(['low']);
    await end(0, refused());
    expect(layers.failures.get('low')?.message).toBe('no');
    layers.want([]);
    layers.want(['low']);
    expect(asked()).toHaveLength(1);
    layers.retry('low');
    expect(asked()).toHaveLength(2);
  });

  it('are asked for again without a word where the case was closed and is being opened', async () => {
    const { layers } = bands(true);
    layers.want(['low']);
    await end(0, refused());
    expect([layers.failures.size, layers.coming, asked()]).toEqual([0, null, ['low']]);
    layers.want(['low']);
    expect(asked()).toEqual(['low', 'low']);
  });

  it('of another assessment are other ones', async () => {
    const { layers, arrived } = bands();
    layers.want(['low']);
    layers.show('1', 'b');
    await settle();
    expect(requests[0]?.signal.aborted).toBe(true);
    layers.want(['low']);
    await end(1, volume());
    expect(layers.layer('low')).not.toBeNull();
    layers.show('1', 'c');
    expect(layers.layer('low')).toBeNull();
    expect([arrived, layers.failures.size]).toEqual([[], 0]);
  });
});
