/** Which server this is. */
import { asProblem, getSession } from '../api/client';
import type { Problem, Session } from '../api/cases';

class SessionState {
  current = $state.raw<Session | null>(null);
  problem = $state.raw<Problem | null>(null);

  async load(signal?: AbortSignal): Promise<void> {
    try {
      this.current = await getSession(signal);
      this.problem = null;
    } catch (thrown) {
      this.problem = asProblem(thrown, 'connecting to the server');
    }
  }
}

export const session = new SessionState();
