import type { Plane } from './plane';
import { reslice } from './reslice';
import {
  type FromWorker,
  type ResliceJob,
  type ToWorker,
  affineMessage,
  gridMessage,
  mapMessage,
} from './resliceProtocol';
import type { FieldMap, PointMap } from './transform';
import type { Volume } from './volume';

/** A volume seen through a map. */
export interface Source {
  readonly volume: Volume;
  readonly map: PointMap;
}

type Answer = (rasters: readonly Float32Array[]) => void;

interface Request {
  readonly sources: readonly Source[];
  readonly plane: Plane;
  readonly answer: Answer;
  readonly fail: (reason: string) => void;
}

/** The part of a worker that is used; so that a test can stand in for it. */
export interface WorkerLike {
  postMessage(message: ToWorker): void;
  terminate(): void;
  onmessage: ((event: MessageEvent<FromWorker>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
}

/**
 * Reslices away from the main thread, one request at a time; of each view only the last request waits.
 *
 * Without a worker it reslices on the main thread.
 */
export class ResliceClient {
  #worker: WorkerLike | null;
  readonly #waiting = new Map<string, Request>();
  #running: { readonly id: number; readonly request: Request } | null = null;
  #lastId = 0;
  #posted = new Set<number>();
  #postedFields = new Set<number>();

  constructor(start: () => WorkerLike | null = startWorker) {
    this.#worker = start();
    if (this.#worker === null) return;
    this.#worker.onmessage = (event): void => {
      this.#receive(event.data);
    };
    // A worker that cannot be loaded is one that is not available.
    this.#worker.onerror = (): void => {
      this.#giveUpWorker();
    };
  }

  /** Asks for the rasters of several sources on a plane; a later request of the same view takes the place of one that waits. */
  request(
    view: string,
    sources: readonly Source[],
    plane: Plane,
    answer: Answer,
    fail: (reason: string) => void,
  ): void {
    this.#waiting.delete(view);
    this.#waiting.set(view, { sources, plane, answer, fail });
    this.#next();
  }

  /** Drops what a view waits for. */
  cancel(view: string): void {
    this.#waiting.delete(view);
  }

  /** Lets the worker drop copies of volumes that are not shown any more. */
  keepOnly(volumes: readonly number[], fields: readonly number[]): void {
    const unused = [...this.#posted].filter((key) => !volumes.includes(key));
    const unusedFields = [...this.#postedFields].filter((key) => !fields.includes(key));
    if (this.#worker === null || unused.length + unusedFields.length === 0 || this.#running !== null) return;
    for (const key of unused) this.#posted.delete(key);
    for (const key of unusedFields) this.#postedFields.delete(key);
    this.#worker.postMessage({ kind: 'forget', volumes: unused, fields: unusedFields });
  }

  close(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#waiting.clear();
    this.#running = null;
  }

  #next(): void {
    if (this.#running !== null) return;
    const first = this.#waiting.entries().next();
    if (first.done === true) return;
    const [view, request] = first.value;
    this.#waiting.delete(view);
    if (this.#worker === null) {
      this.#answerHere(request);
      this.#next();
      return;
    }
    this.#lastId += 1;
    this.#running = { id: this.#lastId, request };
    this.#post(this.#worker, this.#lastId, request);
  }

  #post(worker: WorkerLike, id: number, { sources, plane }: Request): void {
    const jobs: ResliceJob[] = sources.map(({ volume, map }) => {
      this.#introduceVolume(worker, volume);
      if (map.kind === 'field') this.#introduceField(worker, map.field);
      return { volume: volume.key, map: mapMessage(map), plane };
    });
    worker.postMessage({ kind: 'reslice', request: id, jobs });
  }

  /** The main thread keeps its values for probing and for the quick way, so the worker gets a copy, once. */
  #introduceVolume(worker: WorkerLike, volume: Volume): void {
    if (this.#posted.has(volume.key)) return;
    this.#posted.add(volume.key);
    worker.postMessage({ kind: 'volume', key: volume.key, grid: gridMessage(volume.grid), values: volume.values });
  }

  #introduceField(worker: WorkerLike, field: FieldMap): void {
    if (this.#postedFields.has(field.key)) return;
    this.#postedFields.add(field.key);
    const [before, after] = [affineMessage(field.before), affineMessage(field.after)];
    worker.postMessage({
      kind: 'field',
      key: field.key,
      grid: gridMessage(field.grid),
      values: field.values,
      before,
      after,
    });
  }

  #receive(message: FromWorker): void {
    if (this.#running?.id !== message.request) return;
    const { request } = this.#running;
    this.#running = null;
    if ('rasters' in message) request.answer(message.rasters);
    else request.fail(message.error);
    this.#next();
  }

  #giveUpWorker(): void {
    this.#worker?.terminate();
    this.#worker = null;
    const running = this.#running;
    this.#running = null;
    if (running !== null) this.#answerHere(running.request);
    this.#next();
  }

  #answerHere({ sources, plane, answer, fail }: Request): void {
    try {
      const rasters = sources.map(({ volume, map }) => {
        const raster = new Float32Array(plane.columns * plane.rows);
        reslice(volume, map, plane, raster);
        return raster;
      });
      answer(rasters);
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }
}

function startWorker(): WorkerLike | null {
  if (typeof Worker === 'undefined') return null;
  try {
    return new Worker(new URL('./resliceWorker.ts', import.meta.url), { type: 'module' });
  } catch {
    return null;
  }
}
