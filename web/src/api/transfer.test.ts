import { describe, expect, it } from 'vitest';
import { bytesOf } from './transfer';

function answer(parts: number[][], length: number | null, encoding?: string): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(Uint8Array.from(part));
      controller.close();
    },
  });
  const headers = new Headers();
  if (length !== null) headers.set('content-length', String(length));
  if (encoding !== undefined) headers.set('content-encoding', encoding);
  return new Response(body, { headers });
}

describe('bytesOf', () => {
  it('joins parts and tells how many came', async () => {
    const told: (number | null)[][] = [];
    const bytes = await bytesOf(answer([[1, 2], [3], [4, 5]], 5), (received, total) => told.push([received, total]));
    expect([...new Uint8Array(bytes)]).toEqual([1, 2, 3, 4, 5]);
    expect(told).toEqual([
      [2, 5],
      [3, 5],
      [5, 5],
    ]);
  });

  it.each([
    ['breaks off', [[1, 2]], 5],
    ['is too long', [[1, 2, 3]], 2],
  ])('refuses an answer that %s', async (_, parts, length) => {
    await expect(bytesOf(answer(parts, length), () => undefined)).rejects.toThrow(TypeError);
  });

  it.each([
    ['without a length', null, undefined],
    ['of another encoding', 2, 'gzip'],
  ])('reads an answer %s as it comes', async (_, length, encoding) => {
    const bytes = await bytesOf(answer([[7, 8, 9]], length, encoding), () => undefined);
    expect([...new Uint8Array(bytes)]).toEqual([7, 8, 9]);
  });
});
