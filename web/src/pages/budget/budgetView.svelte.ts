/** What may still be given, asked for one number of fractions after the other and kept as long as the settings are the same. */
import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Assessment } from '../../api/assessment';
import type { Budget } from '../../api/budget';
import type { Problem } from '../../api/cases';
import { asProblem, getBudget, isAborted } from '../../api/client';
import { openCase } from '../../state/case.svelte';
import { LatestWins } from '../../state/latestWins';
import { live } from '../../state/live.svelte';
import { askOrder, budgetFor, budgetKey, mostTelling, type BudgetOrder } from './budgetAnswers';

interface Asked {
  caseId: string;
  fractions: number;
  /** Settings that the answer is to be of. */
  of: string;
}

/** Without numbers of fractions in the settings. */
const USUAL_FRACTIONS = 5;

export class BudgetView {
  fractions = $state(USUAL_FRACTIONS);
  order = $state<BudgetOrder>('drawn');
  chosenKey = $state<string | null>(null);
  /** Whether all numbers of fractions are being asked for. */
  isEvery = $state(false);
  isAsking = $state(false);
  problem = $state.raw<Problem | null>(null);
  readonly answers = new SvelteMap<number, Budget | null>();

  readonly #stored: () => Assessment;
  /** What the numbers are of: they are asked for again when it changes. */
  readonly of = $derived(
    live.isTrial ? `trial ${openCase.draftText}` : `stored ${openCase.assessmentEtag} ${String(openCase.isOutdated)}`,
  );
  readonly isReady = $derived(openCase.summary?.is_open === true && live.isCurrent && !live.isPending);
  readonly budget = $derived(this.answers.get(this.fractions) ?? null);
  /** Limits of the number that is shown, or of any while it is asked for: which there are does not hang on the number. */
  readonly known = $derived(this.budget ?? [...this.answers.values()].find((answer) => answer !== null) ?? null);
  /** The chosen limit; one that leaves little where none is. */
  readonly chosen = $derived(
    this.known?.limits.find((limit) => budgetKey(limit) === this.chosenKey) ?? mostTelling(this.known?.limits ?? []),
  );

  private readonly runner = new LatestWins<Asked, Budget | null | undefined>(
    (asked, signal) => this.ask(asked, signal),
    {
      pending: (isPending) => (this.isAsking = isPending),
      done: (answer, asked) => this.take(answer, asked),
      failed: (thrown) => this.failed(thrown),
    },
  );

  constructor(stored: () => Assessment) {
    this.#stored = stored;
    this.fractions = stored().budget?.fractions[0] ?? USUAL_FRACTIONS;
  }

  /** To be called in an effect: begins anew whenever the numbers are to be of other settings. */
  followSettings(): () => void {
    void this.of;
    untrack(() => {
      this.runner.cancel();
      this.answers.clear();
      this.problem = null;
      if (!live.isTrial) this.takeStored();
    });
    return () => this.runner.cancel();
  }

  /** To be called in an effect: asks for what is shown, then for what the chart needs. */
  followFractions(): void {
    void this.of;
    const { fractions, isReady, isEvery } = this;
    untrack(() => {
      if (!isReady) return;
      const next = this.answers.has(fractions) ? this.nextForChart(isEvery) : fractions;
      if (next !== undefined) this.push(next);
    });
  }

  /** Asks again after it failed. */
  again(): void {
    this.problem = null;
    this.push(this.fractions);
  }

  /** The stored assessment holds some of the answers already. */
  private takeStored(): void {
    const budget = this.#stored().budget;
    if (budget === null) return;
    for (const fractions of budget.fractions) this.answers.set(fractions, budgetFor(budget, fractions));
  }

  private nextForChart(isEvery: boolean): number | undefined {
    return askOrder(isEvery).find((fractions) => !this.answers.has(fractions));
  }

  private push(fractions: number): void {
    if (openCase.id !== null) this.runner.push({ caseId: openCase.id, fractions, of: this.of });
  }

  /** Undefined where the server follows other settings by now. */
  private async ask({ caseId, fractions, of }: Asked, signal: AbortSignal): Promise<Budget | null | undefined> {
    if (of !== this.of) return undefined;
    return live.ask((settings) => getBudget(caseId, fractions, settings, signal), signal);
  }

  private take(answer: Budget | null | undefined, asked: Asked): void {
    if (answer === undefined || asked.of !== this.of) return;
    this.answers.set(asked.fractions, answer);
    this.problem = null;
    const next = this.nextForChart(this.isEvery);
    // Whoever moved the slider meanwhile is waiting already, and goes first.
    if (next !== undefined && this.answers.has(this.fractions)) this.push(next);
  }

  private failed(thrown: unknown): void {
    if (isAborted(thrown)) return;
    this.problem = asProblem(thrown, 'working out what may still be given');
    if (this.problem.code === 'not-open') void openCase.refresh();
  }
}
