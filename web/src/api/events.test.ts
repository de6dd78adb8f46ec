import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { type ConnectionState, type EventStream, ServerEvents } from './events';

class FakeStream implements EventStream {
  readonly listeners = new Map<string, (event: { data?: unknown }) => void>();
  isClosed = false;
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void {
    this.listeners.set(type, listener);
  }
  close(): void {
    this.isClosed = true;
  }
  tell(type: string, data?: unknown): void {
    this.listeners.get(type)?.({ data: data === undefined ? undefined : JSON.stringify(data) });
  }
}

let streams: FakeStream[] = [];
const last = (): FakeStream => streams.at(-1) ?? new FakeStream();
const told: unknown[] = [];
const states: ConnectionState[] = [];

function connect(): ServerEvents {
  const open = (): EventStream => {
    const stream = new FakeStream();
    streams.push(stream);
    return stream;
  };
  const listeners = {
    job: (job: unknown) => told.push(job),
    case: (id: string) => told.push(id),
    state: (state: ConnectionState) => states.push(state),
    reload: () => told.push('reload'),
  };
  const events = new ServerEvents(listeners, { open, silenceMs: 30_000, pausesMs: [500, 2000] });
  events.start();
  return events;
}

beforeEach(() => {
  vi.useFakeTimers();
  streams = [];
  told.length = 0;
  states.length = 0;
});
afterEach(() => vi.useRealTimers());

it('passes jobs and cases on, and no reload the first time', () => {
  const events = connect();
  last().tell('open');
  last().tell('job', { id: 'j1' });
  last().tell('case', { id: 'c1' });
  expect(told).toEqual([{ id: 'j1' }, 'c1']);
  expect(events.state).toBe('connected');
});

it('comes back after a loss with growing pauses, and then asks to reload', () => {
  const events = connect();
  last().tell('open');
  last().tell('error');
  expect(events.state).toBe('lost');
  expect(streams[0]?.isClosed).toBe(true);
  vi.advanceTimersByTime(499);
  expect(streams).toHaveLength(1);
  vi.advanceTimersByTime(1);
  expect(streams).toHaveLength(2);
  last().tell('error');
  vi.advanceTimersByTime(1999);
  expect(streams).toHaveLength(2);
  vi.advanceTimersByTime(1);
  last().tell('open');
  expect(told).toEqual(['reload']);
  expect(states).toEqual(['connected', 'lost', 'connected']);
});

it('takes silence for a loss once the server sends pings', () => {
  const events = connect();
  last().tell('open');
  vi.advanceTimersByTime(60_000);
  expect(events.state).toBe('connected');
  last().tell('ping');
  vi.advanceTimersByTime(30_000);
  expect(events.state).toBe('lost');
});

it('hears nothing from a stream that was given up', () => {
  const events = connect();
  const old = last();
  events.retry();
  old.tell('job', { id: 'late' });
  old.tell('error');
  expect(told).toEqual([]);
  expect(streams).toHaveLength(2);
});
