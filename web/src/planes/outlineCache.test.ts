import { describe, expect, it } from 'vitest';
import { OutlineCache } from './outlineCache';
import type { Outlines } from './scene';
import { outlinesFromArrays } from './scene';

/** A provider whose answers are given by hand. */
class Provider {
  readonly asked: number[] = [];
  readonly #waiting = new Map<number, { resolve: (outlines: Outlines) => void; reject: (error: Error) => void }>();

  readonly get = (_plane: string, positionMm: number): Promise<Outlines> => {
    this.asked.push(positionMm);
    return new Promise((resolve, reject) => {
      this.#waiting.set(positionMm, { resolve, reject });
    });
  };

  async answer(positionMm: number, error?: Error): Promise<void> {
    const waiting = this.#waiting.get(positionMm);
    if (error === undefined) waiting?.resolve({ lines: [] });
    else waiting?.reject(error);
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

function cacheOf(provider: Provider): { cache: OutlineCache; arrivals: () => number } {
  let n = 0;
  const cache = new OutlineCache(provider.get, () => {
    n += 1;
  });
  return { cache, arrivals: () => n };
}

describe('the cache of outlines', () => {
  it('asks once and keeps the answer', async () => {
    const provider = new Provider();
    const { cache, arrivals } = cacheOf(provider);
    expect(cache.get('axial', 1)).toBeNull();
    expect(cache.get('axial', 1)).toBeNull();
    await provider.answer(1);
    expect(cache.get('axial', 1)).toEqual({ lines: [] });
    expect(provider.asked).toEqual([1]);
    expect(arrivals()).toBe(1);
    // Another plane at the same position is something else.
    expect(cache.get('coronal', 1)).toBeNull();
    expect(provider.asked).toEqual([1, 1]);
  });

  it('has two requests in flight and fetches the last plane first', async () => {
    const provider = new Provider();
    const { cache } = cacheOf(provider);
    for (const position of [1, 2, 3, 4, 5]) cache.get('axial', position);
    expect(provider.asked).toEqual([1, 2]);
    await provider.answer(2);
    expect(provider.asked).toEqual([1, 2, 5]);
    await provider.answer(5);
    expect(provider.asked).toEqual([1, 2, 5, 4]);
  });

  it('fetches neighbours after everything that is shown, the nearest first', async () => {
    const provider = new Provider();
    const { cache } = cacheOf(provider);
    cache.get('axial', 10);
    cache.get('axial', 20);
    cache.prefetch('axial', [11, 9, 12, 8]);
    cache.get('axial', 30);
    for (const position of [10, 20, 30, 11, 9, 12]) await provider.answer(position);
    expect(provider.asked).toEqual([10, 20, 30, 11, 9, 12, 8]);
  });

  it('does not ask again for what failed until it is told to', async () => {
    const provider = new Provider();
    const { cache, arrivals } = cacheOf(provider);
    cache.get('axial', 1);
    await provider.answer(1, new Error('no connection'));
    expect(cache.get('axial', 1)).toBeNull();
    expect(cache.hasFailed('axial', 1)).toBe(true);
    expect(arrivals()).toBe(1);
    expect(provider.asked).toEqual([1]);
    cache.retry();
    cache.get('axial', 1);
    expect(provider.asked).toEqual([1, 1]);
  });

  it('takes answers that are there at once', () => {
    const cache = new OutlineCache(
      () => ({ lines: [] }),
      () => undefined,
    );
    expect(cache.get('axial', 1)).toEqual({ lines: [] });
  });

  it('survives a provider that throws', async () => {
    const cache = new OutlineCache(
      () => {
        throw new Error('broken');
      },
      () => undefined,
    );
    expect(cache.get('axial', 1)).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(cache.hasFailed('axial', 1)).toBe(true);
  });
});

describe('outlines from arrays', () => {
  const points = Float32Array.of(0, 0, 1, 0, 0, 0, 5, 5, 6, 6);
  const starts = Uint32Array.of(0, 3);

  it('are cut where lines start', () => {
    const { lines } = outlinesFromArrays(
      [
        { structure: 4, name: 'SpinalCord', line: 1 },
        { structure: 2, name: 'Brain', line: 0 },
      ],
      points,
      starts,
    );
    expect(lines.map((line) => [line.structure, Array.from(line.points)])).toEqual([
      [4, [5, 5, 6, 6]],
      [2, [0, 0, 1, 0, 0, 0]],
    ]);
  });

  it('refuse a line that is not there', () => {
    expect(() => outlinesFromArrays([{ structure: 4, name: 'SpinalCord', line: 2 }], points, starts)).toThrow();
  });
});
