import { describe, expect, it } from 'vitest';
import type { Plane } from './plane';
import { ResliceClient, type WorkerLike } from './resliceClient';
import type { FromWorker, ToWorker } from './resliceProtocol';
import { gridOf, noise } from './testVolumes';
import { Affine } from './transform';

const volume = noise(gridOf({}), 1);
const affine = Affine.fromRowMajor([1, 0, 0, 0.5, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
const source = { volume, map: { kind: 'affine', affine } } as const;
const planeAt = (z: number): Plane => ({
  origin: [0, 0, z],
  right: [1, 0, 0],
  down: [0, 1, 0],
  pixelMm: 1,
  columns: 2,
  rows: 1,
});

class StandIn implements WorkerLike {
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly received: ToWorker[] = [];
  isTerminated = false;

  postMessage(message: ToWorker): void {
    this.received.push(message);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  requests(): number[] {
    return this.received.flatMap((message) =>
      message.kind === 'reslice' ? [message.jobs[0]?.plane.origin[2] ?? NaN] : [],
    );
  }

  answer(message: FromWorker): void {
    this.onmessage?.({ data: message } as MessageEvent<FromWorker>);
  }
}

const never = (): void => {
  throw new Error('This must not be called.');
};

describe('reslicing in the worker', () => {
  it('runs one request at a time and drops those that a later one of the same view overtakes', () => {
    const worker = new StandIn();
    const client = new ResliceClient(() => worker);
    const answered: number[] = [];
    const ask = (view: string, z: number): void => {
      client.request(view, [source], planeAt(z), () => answered.push(z), never);
    };
    ask('axial', 1);
    ask('axial', 2);
    ask('coronal', 10);
    ask('axial', 3);
    expect(worker.requests()).toEqual([1]);
    for (const request of [1, 2, 3]) worker.answer({ request, rasters: [] });
    expect(worker.requests()).toEqual([1, 10, 3]);
    expect(answered).toEqual([1, 10, 3]);
  });

  it('posts a volume once', () => {
    const worker = new StandIn();
    const client = new ResliceClient(() => worker);
    client.request('axial', [source], planeAt(1), () => undefined, never);
    worker.answer({ request: 1, rasters: [] });
    client.request('axial', [source], planeAt(2), () => undefined, never);
    expect(worker.received.map(({ kind }) => kind)).toEqual(['volume', 'reslice', 'reslice']);
  });

  it('says what went wrong and goes on', () => {
    const worker = new StandIn();
    const client = new ResliceClient(() => worker);
    const reasons: string[] = [];
    client.request('axial', [source], planeAt(1), never, (reason) => reasons.push(reason));
    client.request('coronal', [source], planeAt(2), () => undefined, never);
    worker.answer({ request: 1, error: 'no memory' });
    expect(reasons).toEqual(['no memory']);
    expect(worker.requests()).toEqual([1, 2]);
  });

  it.each(['no worker', 'a worker that fails to load'])('is done here with %s', (state) => {
    const worker = new StandIn();
    const client = new ResliceClient(() => (state === 'no worker' ? null : worker));
    let raster: Float32Array | undefined;
    client.request(
      'axial',
      [source],
      planeAt(1),
      ([first]) => {
        raster = first;
      },
      never,
    );
    worker.onerror?.({} as ErrorEvent);
    expect(raster?.[0]).toBe(volume.trilinear([0.5, 0, 1]));
    expect(raster?.[1]).toBe(volume.trilinear([1.5, 0, 1]));
  });
});
