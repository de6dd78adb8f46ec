/**
 * What the settings that are being edited would say, within a tenth of a second.
 *
 * While a trial is under way or failed, the numbers shown are of former settings: `isCurrent` tells, and pages must show it.
 */
import { tick, untrack } from 'svelte';
import type { Assessment } from '../api/assessment';
import type { Problem } from '../api/cases';
import { asProblem, getDvh, isAborted } from '../api/client';
import type { Settings } from '../api/settings';
import { type DvhSet, dvhSet, type Trial } from '../api/volumes';
import { canonical } from './canonical';
import { openCase } from './case.svelte';
import { LatestWins } from './latestWins';
import { mergeDvh, mergeTrial } from './mergeTrial';
import { ServerTrial, type TriedSettings } from './serverTrial';

interface TrialInput extends TriedSettings {
  startedAt: number;
}

interface TrialOutput {
  trial: Trial;
  dvh: DvhSet;
}

/** Longest time from an input to its picture that still feels immediate. */
export const BUDGET_MS = 100;

class LiveState {
  /** Whether a trial is under way. */
  isPending = $state(false);
  /** Milliseconds from the input to after the paint of its numbers, of the last trial. */
  lastRoundTripMs = $state<number | null>(null);
  problem = $state.raw<Problem | null>(null);

  /** Curves of the stored assessment, to be drawn beside those of a trial. */
  storedDvh = $state.raw<DvhSet | null>(null);

  private last = $state.raw<TrialOutput | null>(null);
  private readonly server = new ServerTrial();
  /** Settings that the numbers of the last trial are of. */
  private shownText = $state<string | null>(null);

  /** The stored assessment with what the trial changed in its place; the stored one where nothing is edited. */
  readonly assessment = $derived<Assessment | null>(
    openCase.assessment !== null && this.last !== null
      ? mergeTrial(openCase.assessment, this.last.trial)
      : openCase.assessment,
  );

  /** Curves, likewise. */
  readonly dvh = $derived<DvhSet | null>(
    this.storedDvh !== null && this.last !== null
      ? mergeDvh(this.storedDvh, this.last.dvh, this.last.trial.changed)
      : this.storedDvh,
  );

  /** Whether `assessment` holds numbers of a trial; budget, registrations and comparison are still the stored ones. */
  readonly isTrial = $derived(this.last !== null);
  /** Settings that only a new assessment follows. */
  readonly needsAssessment = $derived<readonly string[]>(this.last?.trial.needs_assessment ?? []);
  /** Indices of structures that the edited settings change. */
  readonly changed = $derived<readonly number[]>(this.last?.trial.changed ?? []);
  /** Whether the numbers shown are of the settings as they are edited now, as far as a trial can follow them. */
  readonly isCurrent = $derived(
    openCase.isDirty || openCase.isOutdated ? this.shownText === openCase.draftText : this.last === null,
  );

  private readonly runner = new LatestWins<TrialInput, TrialOutput>((input, signal) => this.run(input, signal), {
    pending: (isPending) => (this.isPending = isPending),
    done: (output, input) => this.take(output, input),
    failed: (thrown) => {
      if (!isAborted(thrown)) this.problem = asProblem(thrown, 'trying other settings');
    },
  });

  /** Follows the open case and its draft; returns how to stop. */
  start(): () => void {
    return $effect.root(() => {
      $effect(() => {
        const { id, assessmentEtag, assessment } = openCase;
        untrack(() => {
          this.reset();
          this.server.forget();
        });
        if (id === null || assessment === null) return;
        void assessmentEtag;
        const controller = new AbortController();
        void this.loadDvh(id, controller.signal);
        return () => controller.abort();
      });
      $effect(() => {
        const { draftText, isDirty, isOutdated, assessment, summary } = openCase;
        if (assessment === null) return;
        void draftText;
        // Saved settings that were not assessed yet are tried as well, where the server can do so at once.
        const isTried = isDirty || (isOutdated && summary?.is_open === true);
        untrack(() => (isTried ? this.trial($state.snapshot(openCase.draft) as Settings) : this.reset()));
      });
    });
  }

  /** Tries settings; never more than one request is under way, and the newest goes next. Changes of the draft are tried by themselves. */
  trial(settings: Settings, startedAt: number = performance.now()): void {
    if (openCase.id === null || openCase.assessment === null) return;
    this.runner.push({ caseId: openCase.id, settings, text: canonical(settings), startedAt });
  }

  /**
   * Sees to it that the server answers from the settings that are shown, so that what it is asked besides, as the budget, is of the
   * same settings. False while a trial is under way: ask again when `isCurrent`.
   */
  async serverFollows(signal?: AbortSignal): Promise<boolean> {
    if (this.isPending || !this.isCurrent) return false;
    const shown = this.isTrial ? draftSettings() : storedSettings();
    if (shown === null) return false;
    await this.server.ensure(shown, signal);
    return true;
  }

  private reset(): void {
    this.runner.cancel();
    this.last = null;
    this.shownText = null;
    this.problem = null;
  }

  private take(output: TrialOutput, input: TrialInput): void {
    if (input.caseId !== openCase.id) return;
    this.last = output;
    this.shownText = input.text;
    this.problem = null;
    void measurePaint(input.startedAt).then((milliseconds) => (this.lastRoundTripMs = milliseconds));
  }

  private async run(input: TrialInput, signal: AbortSignal): Promise<TrialOutput> {
    const file = await this.server.follow(input, signal);
    return { trial: file.header, dvh: dvhSet(file) };
  }

  private async loadDvh(id: string, signal: AbortSignal): Promise<void> {
    this.storedDvh = null;
    try {
      const file = await getDvh(id, signal);
      if (!signal.aborted) this.storedDvh = dvhSet(file);
    } catch (thrown) {
      if (!signal.aborted) this.problem = asProblem(thrown, 'reading the dose-volume histograms');
    }
  }
}

function storedSettings(): TriedSettings | null {
  const { id, stored } = openCase;
  return id === null || stored === null
    ? null
    : { caseId: id, settings: stored.settings, text: canonical(stored.settings) };
}

function draftSettings(): TriedSettings | null {
  const { id, draftText } = openCase;
  return id === null ? null : { caseId: id, settings: $state.snapshot(openCase.draft) as Settings, text: draftText };
}

/** Milliseconds until the numbers stand on the screen: a task after the next frame runs only once it was painted. */
async function measurePaint(startedAt: number): Promise<number> {
  await tick();
  await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));
  const end = performance.now();
  performance.measure('rert:trial', { start: startedAt, end });
  return end - startedAt;
}

export const live = new LiveState();
