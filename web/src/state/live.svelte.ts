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
import { withRegistration } from './otherRegistration';
import { registrationTrial } from './registrationTrial.svelte';
import { session } from './session.svelte';
import { ServerTrial, type TriedSettings } from './serverTrial';

interface TrialInput extends TriedSettings {
  /** The registration that is tried in the place of that of the settings. */
  registration: string | null;
  startedAt: number;
}

interface TrialOutput {
  trial: Trial;
  dvh: DvhSet;
  registration: string | null;
}

const REGISTRATION = 'registration';

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
  private askings = $state(0);
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
  /** The registration that the numbers are tried with in the place of that of the settings; null for that of the settings. */
  readonly registration = $derived<string | null>(this.last?.registration ?? null);
  /** Settings that only a new assessment follows. */
  readonly needsAssessment = $derived<readonly string[]>(this.last === null ? [] : needsOf(this.last));
  /** Indices of structures that the edited settings change. */
  readonly changed = $derived<readonly number[]>(this.last?.trial.changed ?? []);
  /** Whether the numbers shown are of the settings as they are edited now, as far as a trial can follow them. */
  readonly isCurrent = $derived(
    registrationTrial.use !== null || openCase.isDirty || openCase.isOutdated
      ? this.shownText === triedText()
      : this.last === null,
  );

  /** The text of the settings that the numbers shown are tried with; empty where they are those of the assessment. */
  readonly triedText = $derived(this.last === null ? '' : (this.shownText ?? ''));
  /** Whether the server can be asked for more of the settings that are shown. */
  readonly canBeAsked = $derived(!this.isPending && this.isCurrent && this.registration === null);

  private readonly runner = new LatestWins<TrialInput, TrialOutput>((input, signal) => this.run(input, signal), {
    pending: (isPending) => (this.isPending = isPending),
    done: (output, input) => this.take(output, input),
    failed: (thrown, input) => this.failed(thrown, input),
  });

  /** Follows the open case and its draft; returns how to stop. */
  start(): () => void {
    return $effect.root(() => {
      $effect(() => {
        const { id, assessmentEtag, assessment } = openCase;
        void this.askings;
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
        const { use } = registrationTrial;
        if (assessment === null) return;
        void draftText;
        void this.askings;
        // Saved settings that were not assessed yet are tried as well, where the server can do so at once.
        const isAsked = use !== null || isDirty || (isOutdated && summary?.is_open === true);
        const isTried = isAsked && session.allows('post_cases_case_trial');
        untrack(() => (isTried ? this.trial() : this.reset()));
      });
    });
  }

  /** Asks again for what was refused, as while nobody was signed in. */
  askAgain(): void {
    if (this.problem !== null) this.askings += 1;
  }

  /** Tries the draft; never more than one request is under way, and the newest goes next. */
  private trial(): void {
    const { id, assessment } = openCase;
    if (id === null || assessment === null) return;
    const settings = triedSettings();
    const registration = registrationTrial.use;
    this.runner.push({
      caseId: id,
      settings,
      text: canonical(settings),
      registration,
      startedAt: performance.now(),
    });
  }

  /**
   * Asks the server for something of the settings that are shown, as the budget; they are named by their hash, so that no answer is of
   * what another window tries. Nothing while a trial is under way: ask again when `isCurrent`. Nothing too while another registration
   * is tried, since all but trials is answered with that of the settings.
   */
  async ask<T>(question: (settings: string) => Promise<T>, signal?: AbortSignal): Promise<T | undefined> {
    const settings = await this.serverFollows(signal);
    if (settings === null) return undefined;
    try {
      return await question(settings);
    } catch (thrown) {
      if (isAborted(thrown) || asProblem(thrown, 'asking the case').code !== 'other-settings') throw thrown;
    }
    this.server.forget();
    const again = await this.serverFollows(signal);
    return again === null ? undefined : question(again);
  }

  /** Sees to it that the server answers from the settings that are shown; tells by which hash it names them. */
  private async serverFollows(signal?: AbortSignal): Promise<string | null> {
    if (!this.canBeAsked) return null;
    const shown = this.isTrial ? draftSettings() : storedSettings();
    return shown === null ? null : this.server.ensure(shown, signal);
  }

  private reset(): void {
    this.runner.cancel();
    this.last = null;
    this.shownText = null;
    this.problem = null;
  }

  private take(output: TrialOutput, input: TrialInput): void {
    if (input.caseId !== openCase.id) return;
    if (input.registration !== null && output.trial.needs_assessment.includes(REGISTRATION)) {
      // The answer is of the registration of the settings.
      registrationTrial.lost(input.registration);
      return;
    }
    this.last = output;
    this.shownText = input.text;
    this.problem = null;
    void measurePaint(input.startedAt).then((milliseconds) => (this.lastRoundTripMs = milliseconds));
  }

  private failed(thrown: unknown, input: TrialInput): void {
    if (isAborted(thrown)) return;
    const problem = asProblem(thrown, 'trying other settings');
    if (problem.code === 'not-open' && input.registration !== null) registrationTrial.lost(input.registration);
    else this.problem = problem;
  }

  private async run(input: TrialInput, signal: AbortSignal): Promise<TrialOutput> {
    const file = await this.server.follow(input, signal);
    return { trial: file.header, dvh: dvhSet(file), registration: input.registration };
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

/** The draft, with the registration that is tried. */
function triedSettings(): Settings {
  const { stored } = openCase;
  const { use } = registrationTrial;
  const draft = $state.snapshot(openCase.draft) as Settings;
  return use === null || stored === null ? draft : withRegistration(draft, stored.settings, use);
}

/** What the numbers are to be of. */
function triedText(): string {
  return registrationTrial.use === null ? openCase.draftText : canonical(triedSettings());
}

/** A registration that is tried takes the place of the one that the draft says; a draft that says another one still needs its assessment. */
function needsOf({ trial, registration }: TrialOutput): readonly string[] {
  const isEdited =
    registration !== null &&
    canonical(openCase.draft.registration) !== canonical(openCase.stored?.settings.registration);
  return isEdited ? [...trial.needs_assessment, REGISTRATION] : trial.needs_assessment;
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
