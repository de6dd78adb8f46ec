/** What a reader of the organs has chosen: filter, order, the row, and which curves are drawn. */
import { SvelteSet } from 'svelte/reactivity';
import type { Assessment, JudgedConstraint } from '../../api/assessment';
import type { Evidence, Verdict } from '../../api/terms';
import { limitKey } from '../assessed/limitWords';
import {
  EVIDENCE,
  filteredGroups,
  isNarrowed,
  limitsByKey,
  orderedGroups,
  organGroups,
  unchangedKept,
  VERDICTS,
  type LimitFilter,
  type LimitOrder,
  type OrganGroup,
  type SiteChoice,
} from './limitGroups';

export interface OrganRow {
  key: string;
  /** Index of the structure. */
  structure: number;
  limit: JudgedConstraint | null;
}

/** Curves that are drawn at the beginning. */
const DRAWN_AT_FIRST = 3;

export class OrgansView {
  readonly verdicts = new SvelteSet<Verdict>(VERDICTS);
  readonly evidence = new SvelteSet<Evidence>(EVIDENCE);
  site = $state<SiteChoice>('all');
  text = $state('');
  order = $state<LimitOrder>('drawn');
  readonly closed = new SvelteSet<string>();
  readonly drawn = new SvelteSet<number>();
  selectedKey = $state<string | null>(null);

  readonly #shown: () => Assessment;
  readonly #stored: () => Assessment;
  /** Limits as they were shown last. */
  #kept: JudgedConstraint[] = [];

  readonly filter = $derived<LimitFilter>({
    verdicts: this.verdicts,
    evidence: this.evidence,
    site: this.site,
    text: this.text,
  });
  readonly isNarrowed = $derived(isNarrowed(this.filter));
  /** Limits before a trial, by their key. */
  readonly storedLimits = $derived.by(() => limitsByKey(this.#stored().constraints));
  readonly all = $derived.by(() => {
    const shown = this.#shown();
    this.#kept = unchangedKept(this.#kept, shown.constraints);
    return organGroups({ ...shown, constraints: this.#kept });
  });
  readonly groups = $derived.by<OrganGroup[]>(() =>
    orderedGroups(
      filteredGroups(this.all, this.filter),
      this.order,
      (limit) => this.storedLimits.get(limitKey(limit)) ?? limit,
    ),
  );
  readonly rows = $derived.by(() => this.groups.flatMap((group) => this.rowsOf(group)));
  /** The row that is chosen, the first where none is. */
  readonly selected = $derived.by<OrganRow | null>(
    () => this.rows.find(({ key }) => key === this.selectedKey) ?? this.rows[0] ?? null,
  );
  readonly nShown = $derived(this.groups.reduce((n, group) => n + group.limits.length + group.observations.length, 0));

  constructor(shown: () => Assessment, stored: () => Assessment) {
    this.#shown = shown;
    this.#stored = stored;
    this.#kept = stored().constraints;
    this.drawFirst();
    this.selectedKey = this.mostUrgent();
  }

  /** The structures of which limits are exceeded or uncertain, else the first ones. */
  private drawFirst(): void {
    const { structures, constraints } = this.#shown();
    const isOpen = (name: string): boolean =>
      constraints.some(
        ({ structure, verdict, is_landmark }) =>
          structure === name && !is_landmark && (verdict === 'exceeded' || verdict === 'uncertain'),
      );
    const indices = [...structures.keys()].filter((index) => structures[index]?.cumulative_eqd2 !== null);
    const first = indices.filter((index) => isOpen(structures[index]?.name ?? ''));
    (first.length > 0 ? first : indices).slice(0, DRAWN_AT_FIRST).forEach((index) => this.drawn.add(index));
  }

  /** A limit that is exceeded, else one that is uncertain. */
  private mostUrgent(): string | null {
    const limits = this.#shown().constraints.filter(({ is_landmark }) => !is_landmark);
    const found =
      limits.find(({ verdict }) => verdict === 'exceeded') ?? limits.find(({ verdict }) => verdict === 'uncertain');
    return found === undefined ? null : limitKey(found);
  }

  private rowsOf(group: OrganGroup): OrganRow[] {
    const head = { key: structureKey(group.index), structure: group.index, limit: null };
    if (this.closed.has(group.structure.name)) return [head];
    const limits = [...group.limits, ...group.observations];
    return [head, ...limits.map((limit) => ({ key: limitKey(limit), structure: group.index, limit }))];
  }

  /** Chooses the row so many rows further. */
  step(by: number): void {
    const at = this.rows.findIndex(({ key }) => key === this.selected?.key);
    const to = Math.min(Math.max(at + by, 0), this.rows.length - 1);
    this.selectedKey = this.rows[to]?.key ?? null;
  }

  /** Shows or hides the limits of the chosen structure; the row of the structure is then the chosen one. */
  fold(isClosed: boolean): void {
    const row = this.selected;
    const group = this.groups.find(({ index }) => index === row?.structure);
    if (row === null || group === undefined) return;
    this.selectedKey = isClosed ? structureKey(row.structure) : row.key;
    if (isClosed) this.closed.add(group.structure.name);
    else this.closed.delete(group.structure.name);
  }

  toggleDrawn(index: number): void {
    if (!this.drawn.delete(index)) this.drawn.add(index);
  }

  /** Chooses a structure, as a click on its curve does. */
  chooseStructure(index: number): void {
    if (this.selected?.structure !== index) this.selectedKey = structureKey(index);
  }

  clearFilter(): void {
    VERDICTS.forEach((verdict) => this.verdicts.add(verdict));
    EVIDENCE.forEach((evidence) => this.evidence.add(evidence));
    this.site = 'all';
    this.text = '';
  }
}

export function structureKey(index: number): string {
  return `structure ${index}`;
}
