/** How the maps of the open case are looked at; kept while a person looks at other pages. */
import type { MapInfo } from '../../api/volumes';
import type { ByHandSettings } from '../../api/settings';
import type { CompareMode } from '../../planes/compose';
import { LinkedViews } from '../../planes/view.svelte';

/** How the two images are put together; contours show the prior image alone below the outlines of both structure sets. */
export type Mode = CompareMode | 'contours';
export type Overlay = 'none' | 'jacobian' | 'displacement';
export type Part = 'maps' | 'dose' | 'by-hand' | 'landmarks';

/** Names the map that is being made by hand, beside the kinds that the server lists. */
export const ADJUSTED = 'adjusted';

class AlignmentView {
  /** The prior course; null for the first one. */
  course = $state<string | null>(null);
  /** The kind of the map that is drawn; null for the one in use. */
  shown = $state<string | null>(null);
  mode = $state<Mode>('blend');
  overlay = $state<Overlay>('none');
  /** Outlines of the prior structure set: with contours unless a person takes them away, else where a person wants them. */
  priorOutlines = $state({ contours: true, images: false });
  part = $state<Part>('maps');
  /** Numbers of the modes: shares, and millimetres of the squares. */
  amounts = $state<Record<Mode, number>>({ blend: 0.5, checkerboard: 30, swipe: 0.5, difference: 1, contours: 1 });
  /** Colours of the determinants reach so far to either side of one. */
  jacobianRange = $state(0.5);
  /** Millimetres at which the colours of displacements end; null for the largest. */
  displacementTo = $state<number | null>(null);
  /** The map that is being made by hand. */
  byHand = $state.raw<ByHandSettings | null>(null);
  /** Arrow keys on a plane move the prior image instead of the crosshair. */
  isNudging = $state(true);
  /** The prior image by itself, in its own frame. */
  moving = $state.raw(new LinkedViews());
  /** The crosshair of the prior image follows that of the current one. */
  isFollowing = $state(true);
  private caseId: string | null = null;

  /** Begins anew with another case. */
  show(caseId: string | null): void {
    if (caseId === this.caseId) return;
    this.caseId = caseId;
    [this.course, this.shown, this.byHand] = [null, null, null];
    [this.mode, this.overlay, this.part] = ['blend', 'none', 'maps'];
    [this.isNudging, this.isFollowing] = [true, true];
    this.priorOutlines = { contours: true, images: false };
    this.moving = new LinkedViews();
  }

  /** Goes to another prior course. */
  chooseCourse(course: string): void {
    if (course === this.course) return;
    this.course = course;
    [this.shown, this.byHand] = [null, null];
    this.moving = new LinkedViews();
  }

  /** The map that is drawn, among those of the course; null for the one that is being made by hand, or where there is none. */
  drawn(maps: readonly MapInfo[]): MapInfo | null {
    if (this.isAdjusted) return null;
    return maps.find(({ kind }) => kind === this.shown) ?? maps.find(({ is_used }) => is_used) ?? maps[0] ?? null;
  }

  /** Whether outlines of the prior set are drawn; for landmarks each image stands by itself. */
  get drawsPriorOutlines(): boolean {
    return this.part !== 'landmarks' && this.priorOutlines[this.mode === 'contours' ? 'contours' : 'images'];
  }

  togglePriorOutlines(): void {
    const where = this.mode === 'contours' ? 'contours' : 'images';
    this.priorOutlines = { ...this.priorOutlines, [where]: !this.priorOutlines[where] };
  }

  get isAdjusted(): boolean {
    return this.shown === ADJUSTED && this.byHand !== null;
  }
}

export const alignmentView = new AlignmentView();
