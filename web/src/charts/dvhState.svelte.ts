/** What the reader of a dose–volume chart has chosen: structures, detail, cursor and zoom. */
import { SvelteSet } from 'svelte/reactivity';

import { roundEnd } from './axis';
import { hasCurve, isBound, type DvhStructure } from './dvhData';
import { highestShown, zoomedDose, type DoseWindow } from './dvhView';
import { limitPlaces } from './limitMarks';

export type Detail = 'focused' | 'all';

/** With more structures than this, bands and single courses of all of them would cover each other. */
const MOST_IN_DETAIL = 4;

export class DvhState {
  readonly hidden = new SvelteSet<number>();
  focused = $state<number | null>(null);
  hovered = $state<number | null>(null);
  chosenDetail = $state<Detail | null>(null);
  cursorGy = $state<number | null>(null);
  zoom = $state<DoseWindow | null>(null);
  activeLimit = $state<string | null>(null);
  readonly #all: () => readonly DvhStructure[];
  readonly #ghosts: () => readonly DvhStructure[];

  readonly drawable = $derived.by(() => this.#all().filter((structure) => hasCurve(structure) || isBound(structure)));
  readonly shown = $derived.by(() => this.drawable.filter((structure) => !this.hidden.has(structure.index)));
  /** The structure that is pointed at, else the one that was chosen, else the first. */
  readonly active = $derived.by(() => {
    const wanted = this.hovered ?? this.focused;
    return this.shown.find((structure) => structure.index === wanted) ?? this.shown[0] ?? null;
  });
  readonly detail = $derived.by(
    (): Detail => this.chosenDetail ?? (this.shown.length <= MOST_IN_DETAIL ? 'all' : 'focused'),
  );
  readonly limits = $derived.by(() => (this.active ? limitPlaces(this.active) : { marks: [], undrawn: [] }));
  readonly full = $derived.by((): DoseWindow => {
    const stored = this.#ghosts().filter((ghost) => this.shown.some((structure) => structure.index === ghost.index));
    // The limits of a structure on its own belong into its picture; those of many would press the curves together.
    const limits = this.shown.length === 1 ? this.limits.marks.map((mark) => mark.doseUpperGy ?? mark.doseGy) : [];
    return { low: 0, high: roundEnd(Math.max(highestShown(this.shown), highestShown(stored), ...limits) * 1.01) };
  });
  readonly window = $derived.by((): DoseWindow => this.zoom ?? this.full);

  constructor(all: () => readonly DvhStructure[], ghosts: () => readonly DvhStructure[]) {
    this.#all = all;
    this.#ghosts = ghosts;
  }

  toggle(index: number): void {
    if (this.hidden.has(index)) this.hidden.delete(index);
    else this.hidden.add(index);
    this.zoom = null;
  }

  showAll(): void {
    this.hidden.clear();
    this.zoom = null;
  }

  showOnly(index: number): void {
    for (const structure of this.drawable) {
      if (structure.index === index) this.hidden.delete(structure.index);
      else this.hidden.add(structure.index);
    }
    this.focused = index;
    this.zoom = null;
  }

  /** Chooses the next shown structure, as the up and down keys do. */
  step(by: number): void {
    const at = this.shown.findIndex((structure) => structure.index === this.active?.index);
    const next = this.shown[(at + by + this.shown.length) % Math.max(1, this.shown.length)];
    this.hovered = null;
    this.focused = next?.index ?? null;
  }

  moveCursor(doseGy: number): void {
    this.cursorGy = Math.min(Math.max(doseGy, this.window.low), this.window.high);
  }

  zoomBy(factor: number): void {
    const middle = (this.window.low + this.window.high) / 2;
    const zoomed = zoomedDose(this.window, this.full, factor, this.cursorGy ?? middle);
    this.zoom = zoomed.high - zoomed.low >= this.full.high - this.full.low ? null : zoomed;
  }

  /** Answers a key on the plot; tells whether it was one of its own. */
  key(key: string, isFast: boolean): boolean {
    const step = ((this.window.high - this.window.low) / 100) * (isFast ? 10 : 1);
    const at = this.cursorGy ?? this.window.low;
    const actions: Record<string, () => void> = {
      ArrowRight: () => this.moveCursor(at + step),
      ArrowLeft: () => this.moveCursor(at - step),
      ArrowDown: () => this.step(1),
      ArrowUp: () => this.step(-1),
      Home: () => this.moveCursor(this.window.low),
      End: () => this.moveCursor(this.window.high),
      '+': () => this.zoomBy(0.5),
      '=': () => this.zoomBy(0.5),
      '-': () => this.zoomBy(2),
      '0': () => (this.zoom = null),
      Escape: () => (this.cursorGy = null),
    };
    const action = actions[key];
    action?.();
    return action !== undefined;
  }
}
