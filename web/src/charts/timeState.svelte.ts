/** The window of a time axis that its reader has chosen, and the keys that change it. */
import { fullWindow, moved, showing, zoomed, type TimeWindow } from './timeWindow';

export class TimeState {
  chosen = $state<TimeWindow | null>(null);
  readonly #days: () => readonly number[];

  readonly full = $derived.by(() => fullWindow(this.#days()));
  readonly window = $derived.by(() => this.chosen ?? this.full);
  readonly isZoomed = $derived.by(() => this.chosen !== null);

  constructor(days: () => readonly number[]) {
    this.#days = days;
  }

  zoom(factor: number, around: number | null = null): boolean {
    if (!this.full || !this.window) return false;
    const before = this.window;
    const next = zoomed(before, this.full, factor, around ?? (before.from + before.until) / 2);
    this.chosen = next.until - next.from >= this.full.until - this.full.from - 1e-6 ? null : next;
    return this.window.from !== before.from || this.window.until !== before.until;
  }

  move(days: number): void {
    if (this.full && this.chosen) this.chosen = moved(this.chosen, this.full, days);
  }

  show(day: number): void {
    if (this.full && this.chosen) this.chosen = showing(this.chosen, this.full, day);
  }

  reset(): void {
    this.chosen = null;
  }

  /** Answers a key; tells whether it was one of its own. */
  key(key: string): boolean {
    const length = this.window ? this.window.until - this.window.from : 0;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => {
        this.move(-length * 0.1);
      },
      ArrowRight: () => {
        this.move(length * 0.1);
      },
      '+': () => this.zoom(0.6),
      '=': () => this.zoom(0.6),
      '-': () => this.zoom(1 / 0.6),
      '0': () => {
        this.reset();
      },
    };
    const action = actions[key];
    action?.();
    return action !== undefined;
  }
}
