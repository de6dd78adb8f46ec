/** How the open case is looked at, for all pages with planes: crosshair and framing, and which structures are seen. */
import { SvelteSet } from 'svelte/reactivity';
import type { Assessment } from '../../api/assessment';
import { structureColour, structureDash } from '../../design/palette';
import { PLANE_KINDS, planePosition } from '../../planes/plane';
import type { StructureStyle } from '../../planes/scene';
import { LinkedViews } from '../../planes/view.svelte';
import { live } from '../../state/live.svelte';
import { outlinesOfCase, type OutlineStore } from './outlineStore';

class Viewing {
  views = $state.raw(new LinkedViews());
  /** Outlines of all structures, or of none. */
  hasOutlines = $state(true);
  /** Structures that a person does not want to see. */
  readonly hidden = new SvelteSet<string>();
  /** The only structure that is seen, while one is. */
  isolated = $state<string | null>(null);
  /** The structure that keys act on. */
  selected = $state<string | null>(null);
  /** The outlines of the first planes that are seen have come, or will not. */
  hasFirstOutlines = $state(false);
  private caseId: string | null = null;
  private outlineTag = '';
  private store = $state.raw<OutlineStore | null>(null);

  readonly styles = $derived(stylesOf(live.assessment, (key) => this.isSeen(key)));

  /** Begins anew with another case; outlines change with each assessment. */
  show(caseId: string | null, tag: string): void {
    if (caseId !== this.caseId) this.forget();
    if (caseId === this.caseId && tag === this.outlineTag && this.store !== null) return;
    [this.caseId, this.outlineTag] = [caseId, tag];
    this.store = caseId === null ? null : outlinesOfCase(caseId);
    this.hasFirstOutlines = false;
  }

  get outlines(): OutlineStore | null {
    return this.store;
  }

  /** Asks for the outlines about the crosshair: they are here at once, while a dose may be computed for seconds. */
  async readFirstOutlines(): Promise<void> {
    const { store } = this;
    if (store === null || this.hasFirstOutlines) return;
    const { cursor } = this.views;
    await Promise.allSettled(PLANE_KINDS.map((kind) => store.get(kind, planePosition(kind, cursor))));
    if (this.store === store) this.hasFirstOutlines = true;
  }

  isSeen(key: string): boolean {
    return this.isolated === null ? !this.hidden.has(key) : this.isolated === key;
  }

  setSeen(key: string, isSeen: boolean): void {
    this.isolated = null;
    if (isSeen) this.hidden.delete(key);
    else this.hidden.add(key);
  }

  isolate(key: string | null): void {
    this.isolated = key === this.isolated ? null : key;
  }

  private forget(): void {
    this.views = new LinkedViews();
    this.hidden.clear();
    this.isolated = null;
    this.selected = null;
    this.store = null;
  }
}

/** Two structures may have one name, so that the name alone does not tell them apart. */
export function structureKey(index: number, name: string): string {
  return `${index} ${name}`;
}

function stylesOf(assessment: Assessment | null, isSeen: (key: string) => boolean): StructureStyle[] {
  return (assessment?.structures ?? []).map(({ name }, index) => ({
    index,
    name,
    colour: structureColour(index),
    dash: structureDash(index),
    visible: isSeen(structureKey(index, name)),
  }));
}

export const viewing = new Viewing();
