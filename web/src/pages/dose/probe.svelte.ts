/** What the server knows of the place that was asked for last. */
import type { Problem } from '../../api/cases';
import { asProblem, getProbe, isAborted } from '../../api/client';
import type { Probe } from '../../api/volumes';
import type { Vec3 } from '../../planes/vector';
import { LatestWins } from '../../state/latestWins';
import { live } from '../../state/live.svelte';
import { volumes } from '../../state/volumes.svelte';

interface Asked {
  readonly caseId: string;
  readonly position: Vec3;
}

/** How long the crosshair must rest. */
const REST_MS = 120;

export class ProbeState {
  answer = $state.raw<Probe | null>(null);
  problem = $state.raw<Problem | null>(null);
  isPending = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly runner = new LatestWins<Asked, Probe>(ask, {
    pending: (isPending) => (this.isPending = isPending),
    done: (answer) => {
      this.answer = answer;
      this.problem = null;
    },
    failed: (thrown) => {
      if (isAborted(thrown) || volumes.reopenAfter(thrown)) return;
      this.problem = asProblem(thrown, 'reading the doses at a point');
    },
  });

  /** Asks for a place as soon as the crosshair rests there. */
  ask(caseId: string, position: Vec3): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.runner.push({ caseId, position }), REST_MS);
  }

  /** Forgets what was asked. */
  stop(): void {
    clearTimeout(this.timer);
    this.runner.cancel();
    this.answer = null;
  }

  /** Whether the answer is of this place. */
  isOf(position: Vec3): boolean {
    return this.answer?.position_mm.every((value, axis) => Math.abs(value - (position[axis] ?? NaN)) < 1e-6) ?? false;
  }
}

async function ask({ caseId, position: [x, y, z] }: Asked, signal: AbortSignal): Promise<Probe> {
  const at = (settings: string | null): Promise<Probe> => getProbe(caseId, [x, y, z], settings, signal);
  const asked = await live.ask(at, signal);
  if (asked !== undefined) return asked;
  // While other settings are on their way, what each course gave is known all the same.
  return { ...(await at(null)), bases: [], allowances: [] };
}
