/** The one connection over which the server tells what changes. */
import { type ConnectionState, ServerEvents } from '../api/events';
import type { Job } from '../api/cases';

export interface ConnectionListener {
  job?: (job: Job) => void;
  /** The case with this id changed. */
  case?: (id: string) => void;
  /** The connection was lost and is back: read again what you show. */
  reload?: () => void;
}

class Connection {
  state = $state<ConnectionState>('connecting');
  private readonly listeners = new Set<ConnectionListener>();
  private readonly events = new ServerEvents({
    job: (job) => this.tell((listener) => listener.job?.(job)),
    case: (id) => this.tell((listener) => listener.case?.(id)),
    reload: () => this.tell((listener) => listener.reload?.()),
    state: (state) => (this.state = state),
  });

  get isLost(): boolean {
    return this.state === 'lost';
  }

  /** Connects; returns how to stop. */
  start(): () => void {
    this.events.start();
    return () => this.events.stop();
  }

  /** Tries again at once. */
  retry(): void {
    this.events.retry();
  }

  /** Lets everything be read again, as after a time in which anything may have changed. */
  reload(): void {
    this.tell((listener) => listener.reload?.());
  }

  /** Listens; returns how to stop. */
  listen(listener: ConnectionListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(act: (listener: ConnectionListener) => void): void {
    [...this.listeners].forEach(act);
  }
}

export const connection = new Connection();
