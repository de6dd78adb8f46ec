/** What the server tells by itself: jobs and cases that changed, and that it is still there. */
import { BASE } from './request';
import type { Job } from './cases';

export type ConnectionState = 'connecting' | 'connected' | 'lost';

export interface EventListeners {
  job?: (job: Job) => void;
  case?: (id: string) => void;
  state?: (state: ConnectionState) => void;
  /** After a loss: what was read may be out of date, and another server may answer now. */
  reload?: () => void;
}

/** The part of `EventSource` that is used, so that tests need no network. */
export interface EventStream {
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
  close(): void;
}

export interface EventSettings {
  open: (address: string) => EventStream;
  /** Longest silence that is no loss; the server says something every 10 s. */
  silenceMs: number;
  /** Pauses before trying again, the last one for ever. */
  pausesMs: readonly number[];
}

const DEFAULTS: EventSettings = {
  open: (address) => new EventSource(address, { withCredentials: true }),
  silenceMs: 30_000,
  pausesMs: [500, 1000, 2000, 4000, 8000],
};

/**
 * A connection that comes back by itself.
 *
 * Comments do not reach scripts, so silence is told from `ping` events where the server sends them; otherwise the browser
 * reports a broken connection as an error.
 */
export class ServerEvents {
  private stream: EventStream | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempts = 0;
  private wasLost = false;
  private pings = false;
  private current: ConnectionState = 'connecting';
  private readonly settings: EventSettings;

  constructor(
    private readonly listeners: EventListeners,
    settings: Partial<EventSettings> = {},
  ) {
    this.settings = { ...DEFAULTS, ...settings };
  }

  get state(): ConnectionState {
    return this.current;
  }

  /** Connects. */
  start(): void {
    this.stop();
    const stream = this.settings.open(`${BASE}/events`);
    this.stream = stream;
    const listen = (type: string, act: (data: unknown) => void): void => {
      stream.addEventListener(type, (event) => {
        if (this.stream !== stream) return;
        this.heard();
        act(parsed(event.data));
      });
    };
    listen('open', () => undefined);
    listen('hello', () => undefined);
    listen('job', (data) => this.listeners.job?.(data as Job));
    listen('case', (data) => this.listeners.case?.((data as { id: string }).id));
    listen('ping', () => {
      this.pings = true;
      this.watchSilence();
    });
    stream.addEventListener('error', () => {
      if (this.stream === stream) this.lose();
    });
  }

  /** Tries again at once. */
  retry(): void {
    this.attempts = 0;
    this.start();
  }

  /** Ends the connection. */
  stop(): void {
    clearTimeout(this.timer);
    this.stream?.close();
    this.stream = null;
  }

  private heard(): void {
    this.attempts = 0;
    this.watchSilence();
    const cameBack = this.wasLost;
    this.wasLost = false;
    this.become('connected');
    if (cameBack) this.listeners.reload?.();
  }

  private watchSilence(): void {
    clearTimeout(this.timer);
    if (this.pings) this.timer = setTimeout(() => this.lose(), this.settings.silenceMs);
  }

  private lose(): void {
    this.stop();
    this.wasLost = true;
    this.become('lost');
    const pauses = this.settings.pausesMs;
    const pause = pauses[Math.min(this.attempts, pauses.length - 1)] ?? 0;
    this.attempts += 1;
    this.timer = setTimeout(() => this.start(), pause);
  }

  private become(state: ConnectionState): void {
    if (state === this.current) return;
    this.current = state;
    this.listeners.state?.(state);
  }
}

function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return null;
  try {
    return JSON.parse(data);
  } catch {
    return null;
  }
}
