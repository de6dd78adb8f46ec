/** What a person is looking for and doing in the list of cases. */
import type { BrokenCase, CaseSummary } from '../../api/cases';
import { asProblem, startAssessment } from '../../api/client';
import { notify } from '../../design/toasts.svelte';
import { jobs } from '../../state/jobs.svelte';
import type { Operation } from '../../state/permission';
import { router } from '../../state/router.svelte';
import { session } from '../../state/session.svelte';
import { caseList } from './caseList.svelte';
import { arranged, FIRST_SORTING, sortedBy, type SortKey } from './caseOrder';
import { brokenLabel } from './caseWords';
import { imports } from './imports.svelte';
import { type Dropped, filesOfDrop, filesOfInput, type Picked } from './pickedFiles';

/** A case that is to be deleted; of one that cannot be read nothing but its id is known. */
export interface Doomed {
  id: string;
  label: string;
  summary: CaseSummary | null;
}

type Target = Pick<CaseSummary, 'id' | 'label'> | null;

export class CasesView {
  words = $state('');
  sorting = $state.raw(FIRST_SORTING);
  selectedId = $state<string | null>(null);
  renaming = $state.raw<CaseSummary | null>(null);
  deleting = $state.raw<Doomed | null>(null);
  /** Files that are to be added to a case, which a person has to confirm: they cannot be taken out again. */
  adding = $state.raw<{ picked: Picked; target: CaseSummary } | null>(null);
  /** How many files were found in folders that are being gone through; null while none are. */
  nFound = $state<number | null>(null);
  /** Whether files hang over the page, and over which case. */
  isDraggedOver = $state(false);
  dropTarget = $state.raw<Target>(null);

  readonly shown = $derived(arranged(caseList.cases, this.words, this.sorting));
  readonly selected = $derived(caseList.cases.find(({ id }) => id === this.selectedId) ?? null);

  /** The case beside the one that is to be deleted, to which the keyboard goes on. */
  readonly neighbour = $derived.by(() => {
    const at = this.shown.findIndex(({ id }) => id === this.deleting?.id);
    return at < 0 ? null : ((this.shown[at + 1] ?? this.shown[at - 1])?.id ?? null);
  });

  sortBy(key: SortKey): void {
    this.sorting = sortedBy(this.sorting, key);
  }

  /** Selects the case so many rows on; the first or last one where that is beyond. */
  step(n: number): void {
    const at = this.shown.findIndex(({ id }) => id === this.selectedId);
    const next = at < 0 ? 0 : Math.min(this.shown.length - 1, Math.max(0, at + n));
    this.selectedId = this.shown[next]?.id ?? null;
  }

  askToRename(summary: CaseSummary): void {
    if (isAllowed('patch_cases_case')) this.renaming = summary;
  }

  /** Asks whether a case is to be deleted. */
  askToDelete(summary: CaseSummary): void {
    if (!isAllowed('delete_cases_case')) return;
    this.deleting = { id: summary.id, label: summary.label, summary };
  }

  askToDeleteBroken(one: BrokenCase): void {
    this.deleting = { id: one.id, label: brokenLabel(one), summary: null };
  }

  open(id: string): void {
    router.goToPage('timeline', id);
  }

  async assess({ id, label }: { id: string; label: string }): Promise<void> {
    try {
      const started = await startAssessment(id);
      jobs.take(started);
      const ended = await jobs.ended(started.id);
      if (ended.state === 'done') notify('done', `${label} was assessed.`, { label: 'Open', act: () => this.open(id) });
      if (ended.state === 'failed') notify('problem', `${label} was not assessed: ${ended.error?.message ?? ''}`);
    } catch (thrown) {
      notify('problem', asProblem(thrown, 'starting the assessment').message);
    }
  }

  async drop(dropped: Dropped, target: Target): Promise<void> {
    if (!isAllowed('post_imports')) return;
    this.nFound = 0;
    const picked = await filesOfDrop(dropped, (n) => (this.nFound = n));
    this.nFound = null;
    this.begin(picked, target);
  }

  pick(files: Iterable<File>, target: Target): void {
    this.begin(filesOfInput(files), target);
  }

  private begin(picked: Picked, target: Target): void {
    if (!isAllowed('post_imports')) return;
    const into = target === null ? null : caseList.cases.find(({ id }) => id === target.id);
    if (picked.files.length === 0) {
      notify('problem', 'Nothing was imported: there is no file in what you chose that can be read.');
    } else if (into === null) {
      imports.begin(picked);
    } else if (into === undefined) {
      notify('problem', 'Nothing was added: the case is not in the list any more.');
    } else {
      this.adding = { picked, target: into };
    }
  }

  /** Adds the files that were waiting for a word. */
  confirmAdding(): void {
    if (this.adding !== null) imports.begin(this.adding.picked, this.adding.target);
    this.adding = null;
  }
}

/** Keys and files that are dropped come where no button could say beforehand that it is not allowed. */
function isAllowed(operation: Operation): boolean {
  const hindrance = session.whyNot(operation);
  if (hindrance !== undefined) notify('note', hindrance);
  return hindrance === undefined;
}
