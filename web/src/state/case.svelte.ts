/** The open case: what is stored of it, its assessment, and the settings as they are being edited. */
import { untrack } from 'svelte';
import type { Assessment } from '../api/assessment';
import type { CaseSummary, Job, Problem } from '../api/cases';
import {
  ApiProblem,
  asProblem,
  getAssessment,
  getCase,
  getSettings,
  putSettings,
  startAssessment,
} from '../api/client';
import type { Settings, StoredSettings } from '../api/settings';
import { notify } from '../design/toasts.svelte';
import { canonical } from './canonical';
import { connection } from './connection.svelte';
import { forgetDraft, keepDraft, readDraft } from './draftStore';
import { jobs } from './jobs.svelte';
import { readOnly } from './readOnly';
import { session } from './session.svelte';
import { guardUnsaved } from './unsaved';

/** Settings that somebody else stored while these were edited. */
export interface SettingsConflict {
  theirs: StoredSettings;
}

const TOLD_AGAIN_MS = 1000;

class CaseState {
  id = $state<string | null>(null);
  summary = $state.raw<CaseSummary | null>(null);
  /** Null where the case was not assessed yet. */
  assessment = $state.raw<Assessment | null>(null);
  /** Tag of the assessment; changes with every new one. */
  assessmentEtag = $state('');
  /** Settings as the server holds them. */
  stored = $state.raw<StoredSettings | null>(null);
  isLoading = $state(false);
  isSaving = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** When the draft was kept that was found on opening; null when none was, or the notice was dismissed. */
  restoredAt = $state<string | null>(null);
  conflict = $state.raw<SettingsConflict | null>(null);

  private edited = $state<Settings>({});
  private refused = $state.raw<{ text: string; problem: Problem } | null>(null);

  /** Why this person may not change settings; undefined where that is allowed. */
  readonly editHindrance = $derived(session.whyNot('put_cases_case_settings'));
  readonly canEdit = $derived(this.editHindrance === undefined);
  readonly assessHindrance = $derived(session.whyNot('post_cases_case_assessment'));
  readonly draftText = $derived(canonical(this.edited));
  readonly isDirty = $derived(this.stored !== null && this.draftText !== canonical(this.stored.settings));
  /** Why the server did not take the draft as it is now; forms show it where it belongs, until they change the draft. */
  readonly saveProblem = $derived(this.refused?.text === this.draftText ? this.refused.problem : null);
  /** Whether the numbers that are stored are not of the settings that are stored. */
  readonly isOutdated = $derived(this.summary?.state === 'outdated');
  /** The job that works on this case. */
  readonly job = $derived<Job | undefined>(this.id === null ? undefined : jobs.ofCase(this.id));

  private controller: AbortController | null = null;
  /** Ends when the case that was opened last has been read. */
  private opened: Promise<void> = Promise.resolve();
  private isKept = true;
  /** Settings are on their way to the server, which may hold them before it has said so. */
  private isSending = false;
  private baseEtag = '';
  private toldReadOnly = 0;

  /**
   * A deep copy of the settings that pages edit in place: `openCase.draft.budget = { ... }`. It is kept in the browser at each change.
   * Whoever may not change settings gets it to read: what a page misses to disable changes nothing.
   */
  get draft(): Settings {
    return this.canEdit ? this.edited : readOnly(this.edited, () => this.tellReadOnly());
  }

  /** Follows the server and keeps the draft; returns how to stop. */
  start(): () => void {
    const stopKeeping = $effect.root(() => {
      $effect(() => {
        const isDirty = this.isDirty;
        void this.draftText;
        untrack(() => this.keep(isDirty));
      });
    });
    const stopListening = connection.listen({
      case: (id) => {
        if (id === this.id) void this.refresh();
      },
      reload: () => void this.refresh(),
    });
    const stopGuarding = guardUnsaved(() => this.isDirty && !this.isKept);
    return () => [stopKeeping, stopListening, stopGuarding].forEach((stop) => stop());
  }

  /** Opens a case; does nothing where it is open already. */
  async open(id: string): Promise<void> {
    if (id === this.id) return;
    this.close();
    this.id = id;
    this.isLoading = true;
    this.opened = this.refresh();
    await this.opened;
    if (this.id === id) this.isLoading = false;
  }

  close(): void {
    this.controller?.abort();
    this.id = null;
    this.summary = null;
    this.assessment = null;
    this.assessmentEtag = '';
    this.stored = null;
    this.edited = {};
    this.problem = null;
    this.restoredAt = null;
    this.conflict = null;
    this.isLoading = false;
  }

  /** Reads everything again; a draft that is being edited stays. */
  async refresh(): Promise<void> {
    const { id } = this;
    if (id === null) return;
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    const { signal } = controller;
    try {
      const [summary, stored, tagged] = await Promise.all([
        getCase(id, signal),
        getSettings(id, signal),
        getAssessment(id, signal).catch(noneYet),
      ]);
      if (this.controller !== controller) return;
      this.summary = summary;
      this.takeSettings(id, stored);
      if (tagged === null || tagged.etag === '' || tagged.etag !== this.assessmentEtag) {
        this.assessment = tagged?.assessment ?? null;
        this.assessmentEtag = tagged?.etag ?? '';
      }
      this.problem = null;
    } catch (thrown) {
      if (this.controller === controller) this.problem = asProblem(thrown, 'opening the case');
    }
  }

  /** Stores the draft. False where it was not: then `conflict` or a message says why. */
  async save(): Promise<boolean> {
    const { id, stored } = this;
    if (id === null || stored === null) return false;
    if (!this.isDirty) return true;
    if (this.editHindrance !== undefined) {
      notify('problem', this.editHindrance);
      return false;
    }
    const settings = $state.snapshot(this.edited) as Settings;
    this.refused = null;
    this.isSaving = true;
    this.isSending = true;
    try {
      const { etag } = await putSettings(id, settings, this.baseEtag).finally(() => (this.isSending = false));
      if (this.id !== id) return true;
      this.stored = { ...stored, settings, etag };
      this.baseEtag = etag;
      this.restoredAt = null;
      await this.refresh();
      return true;
    } catch (thrown) {
      if (this.id === id) await this.notSaved(id, canonical(settings), thrown);
      return false;
    } finally {
      this.isSaving = false;
    }
  }

  /** Ends a conflict: with what is edited here, which the next save stores over theirs, or with theirs. */
  resolveConflict(keep: 'mine' | 'theirs'): void {
    const theirs = this.conflict?.theirs;
    if (theirs === undefined) return;
    this.conflict = null;
    this.stored = theirs;
    this.baseEtag = theirs.etag;
    if (keep === 'theirs') this.discard();
  }

  /** Goes back to the settings that are stored. */
  discard(): void {
    this.edited = this.stored === null ? {} : structuredClone(this.stored.settings);
    this.restoredAt = null;
  }

  dismissRestored(): void {
    this.restoredAt = null;
  }

  /** Saves the draft and assesses the case with it; resolves when the job has ended. */
  async assess(): Promise<Job | null> {
    const { id, assessHindrance } = this;
    if (assessHindrance !== undefined) {
      notify('problem', assessHindrance);
      return null;
    }
    // Whoever asks while the case is still being read is not passed over.
    await this.opened;
    if (id === null || this.id !== id || !(await this.save())) return null;
    try {
      const started = await startAssessment(id);
      jobs.take(started);
      const ended = await jobs.ended(started.id);
      if (this.id === id) await this.refresh();
      if (ended.state === 'failed') notify('problem', ended.error?.message ?? 'The assessment failed.');
      return ended;
    } catch (thrown) {
      notify('problem', asProblem(thrown, 'starting the assessment').message);
      return null;
    }
  }

  private takeSettings(id: string, stored: StoredSettings): void {
    const isFirst = this.stored === null;
    if (isFirst) {
      this.stored = stored;
      this.baseEtag = stored.etag;
      this.discard();
      this.restore(id, stored);
    } else if (!this.isDirty) {
      this.stored = stored;
      this.baseEtag = stored.etag;
      this.discard();
    } else if (stored.etag !== this.baseEtag && !this.isSending) {
      // While these are being sent, others than those that they are based on may be these; the answer will tell.
      this.conflict = { theirs: stored };
    }
  }

  private restore(id: string, stored: StoredSettings): void {
    const kept = this.canEdit ? readDraft(localStorage, id, session.owner) : null;
    if (kept === null || canonical(kept.draft) === canonical(stored.settings)) return;
    this.edited = kept.draft;
    this.restoredAt = kept.at;
    this.baseEtag = kept.etag;
    // The stored settings were changed after the draft was begun: both must be shown.
    if (kept.etag !== stored.etag) this.conflict = { theirs: stored };
  }

  private keep(isDirty: boolean): void {
    // What a person kept while it was allowed stays kept, until it is allowed again.
    if (this.id === null || this.stored === null || !this.canEdit) return;
    if (!isDirty) {
      forgetDraft(localStorage, this.id, session.owner);
      this.isKept = true;
      return;
    }
    const draft = $state.snapshot(this.edited) as Settings;
    const kept = { etag: this.baseEtag, draft, at: new Date().toISOString() };
    this.isKept = keepDraft(localStorage, this.id, kept, session.owner);
  }

  /** One change touches several fields, and is told once. */
  private tellReadOnly(): void {
    const now = Date.now();
    if (this.editHindrance !== undefined && now - this.toldReadOnly > TOLD_AGAIN_MS) notify('note', this.editHindrance);
    this.toldReadOnly = now;
  }

  private async notSaved(id: string, text: string, thrown: unknown): Promise<void> {
    if (thrown instanceof ApiProblem && thrown.status === 412) {
      try {
        this.conflict = { theirs: await getSettings(id) };
        return;
      } catch (second) {
        notify('problem', asProblem(second, 'reading the settings of the case').message);
        return;
      }
    }
    const problem = asProblem(thrown, 'saving the settings');
    this.refused = { text, problem };
    const { message, hint } = problem;
    notify('problem', `The settings were not saved: ${message}. ${hint}`.trim());
  }
}

function noneYet(thrown: unknown): null {
  if (thrown instanceof ApiProblem && thrown.code === 'not-assessed') return null;
  throw thrown;
}

export const openCase = new CaseState();
