/** What the doubt of a structure comes from. A trial leaves it out, since it takes its time; it is asked for where it is looked at. */
import type { StructureSummary } from '../../api/assessment';
import type { Problem } from '../../api/cases';
import { asProblem, getDoubt } from '../../api/client';
import type { StructureUncertainty } from '../../api/uncertainty';
import { openCase } from '../../state/case.svelte';
import { live } from '../../state/live.svelte';

type Told = Pick<StructureUncertainty, 'contributions' | 'search'>;

export class StructureDoubt {
  isAsking = $state(false);
  problem = $state.raw<Problem | null>(null);
  /** The answer, and the numbers that it is of. */
  private answer = $state.raw<{ of: StructureSummary; told: Told } | null>(null);

  /** The structure with all that is known of its doubt. */
  completed(structure: StructureSummary): StructureSummary {
    const told = this.answer?.of === structure ? this.answer.told : {};
    return { ...structure, uncertainty: { ...structure.uncertainty, ...told } };
  }

  /** To be called in an effect, while the doubt is looked at. */
  follow(index: number, structure: StructureSummary): (() => void) | undefined {
    const { id } = openCase;
    const isKnown = structure.uncertainty.contributions !== undefined || structure.cumulative_eqd2 === null;
    // All but trials is answered with the registration of the settings.
    const isAsked = live.isCurrent && !live.isPending && live.registration === null;
    if (id === null || isKnown || !isAsked) return undefined;
    const controller = new AbortController();
    void this.ask(id, index, structure, controller.signal);
    return () => controller.abort();
  }

  private async ask(id: string, index: number, structure: StructureSummary, signal: AbortSignal): Promise<void> {
    this.isAsking = true;
    this.problem = null;
    try {
      const told = await live.ask((settings) => getDoubt(id, index, settings, signal), signal);
      if (told !== undefined && !signal.aborted) this.answer = { of: structure, told };
    } catch (thrown) {
      if (!signal.aborted) this.problem = asProblem(thrown, 'asking what the doubt of a structure comes from');
    } finally {
      if (!signal.aborted) this.isAsking = false;
    }
  }
}
