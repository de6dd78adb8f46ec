import { describe, expect, it } from 'vitest';
import { MovingOutlines } from './movingOutlines';
import type { OutlineProvider, Outlines, PriorOutlines } from './scene';

/** Maps whose answers are given by hand; asked in the order of `asked`. */
class Server {
  readonly asked: string[] = [];
  readonly signals: (AbortSignal | undefined)[] = [];
  readonly #waiting: { resolve: (outlines: Outlines) => void; reject: (error: Error) => void }[] = [];

  through(name: string): OutlineProvider {
    return (plane, positionMm, signal) => {
      this.asked.push(`${name} ${plane} ${positionMm}`);
      this.signals.push(signal);
      return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    };
  }

  async answer(index: number, name: string | null): Promise<void> {
    const waiting = this.#waiting[index];
    if (name === null) waiting?.reject(new Error('no'));
    else waiting?.resolve(named(name));
    await new Promise((resolve) => setTimeout(resolve));
  }
}

const named = (name: string): Outlines => ({ lines: [{ structure: 0, name, points: new Float32Array(0) }] });

function moving(): {
  server: Server;
  find: (provider: OutlineProvider, plane: 'axial' | 'coronal', positionMm: number, course?: string) => string;
  outlines: MovingOutlines;
  arrivals: () => number;
} {
  const server = new Server();
  let n = 0;
  const outlines = new MovingOutlines(() => (n += 1));
  const find = (provider: OutlineProvider, plane: 'axial' | 'coronal', positionMm: number, course = 'C1'): string => {
    const found = outlines.find({ course } as PriorOutlines, provider, plane, positionMm);
    return `${found.state} ${found.outlines?.lines[0]?.name ?? '-'}`;
  };
  return { server, find, outlines, arrivals: () => n };
}

describe('outlines through a map that is being moved', () => {
  it('are asked for one by one, and only the newest of those that wait', async () => {
    const { server, find, arrivals } = moving();
    const maps = ['a', 'b', 'c', 'd'].map((name) => server.through(name));
    for (const map of maps) {
      find(map, 'axial', 1);
      find(map, 'axial', 1);
    }
    expect(server.asked).toEqual(['a axial 1']);
    await server.answer(0, 'of a');
    expect(server.asked).toEqual(['a axial 1', 'd axial 1']);
    expect(arrivals()).toBe(1);
    const last = maps[3] as OutlineProvider;
    // What the hand has left already is shown as such.
    expect(find(last, 'axial', 1)).toBe('former of a');
    await server.answer(1, 'of d');
    expect(find(last, 'axial', 1)).toBe('here of d');
    expect(server.asked).toHaveLength(2);
  });

  it('of another plane or another course are never shown in their place', async () => {
    const { server, find } = moving();
    const [a, b] = [server.through('a'), server.through('b')];
    find(a, 'axial', 1);
    await server.answer(0, 'of a');
    expect(find(b, 'axial', 2)).toBe('coming -');
    expect(find(b, 'coronal', 1)).toBe('coming -');
    expect(find(b, 'axial', 1, 'C2')).toBe('coming -');
    expect(find(b, 'axial', 1)).toBe('former of a');
  });

  it('have a question of their own on each plane', () => {
    const { server, find } = moving();
    const map = server.through('a');
    find(map, 'axial', 1);
    find(map, 'coronal', 7);
    expect(server.asked).toEqual(['a axial 1', 'a coronal 7']);
  });

  it('are not asked for again where it failed, until the hand moves on', async () => {
    const { server, find, arrivals } = moving();
    const [a, b] = [server.through('a'), server.through('b')];
    find(a, 'axial', 1);
    await server.answer(0, null);
    expect(arrivals()).toBe(1);
    expect(find(a, 'axial', 1)).toBe('failed -');
    expect(server.asked).toHaveLength(1);
    expect(find(b, 'axial', 1)).toBe('coming -');
    expect(server.asked).toHaveLength(2);
  });

  it('are given up when the views go', () => {
    const { server, find, outlines } = moving();
    find(server.through('a'), 'axial', 1);
    outlines.close();
    expect(server.signals[0]?.aborted).toBe(true);
  });
});
