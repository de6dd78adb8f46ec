/** Which settings the server follows for a case: what it is asked besides trials, as the budget, it answers from where it was left. */
import type { ArrayFile } from '../api/arrays';
import { postTrial } from '../api/client';
import type { Settings } from '../api/settings';
import type { DvhHeader, Trial } from '../api/volumes';

export interface TriedSettings {
  caseId: string;
  settings: Settings;
  text: string;
}

type Answer = ArrayFile<Trial & DvhHeader>;

export class ServerTrial {
  /** What it follows, as far as this window knows, and the hash by which the server names it. */
  private followed: { key: string; settings: string } | null = null;
  private tail: Promise<unknown> = Promise.resolve();

  constructor(private readonly post: typeof postTrial = postTrial) {}

  private follows({ caseId, text }: TriedSettings): boolean {
    return this.followed?.key === keyOf(caseId, text);
  }

  /** The case was assessed anew, or another window may have tried something. */
  forget(): void {
    this.followed = null;
  }

  /** Lets it follow settings; the answer tells what differs from the assessment. */
  follow(tried: TriedSettings, signal?: AbortSignal): Promise<Answer> {
    return this.afterwards(() => this.send(tried, signal));
  }

  /** Lets it follow settings unless it does; tells by which hash the server names them. */
  ensure(tried: TriedSettings, signal?: AbortSignal): Promise<string> {
    return this.afterwards(async () => {
      if (this.followed === null || !this.follows(tried))
        return (await this.send(tried, signal)).header.settings_sha256;
      return this.followed.settings;
    });
  }

  private async send({ caseId, settings, text }: TriedSettings, signal?: AbortSignal): Promise<Answer> {
    // A request that breaks off may have been followed or not.
    this.followed = null;
    const answer = await this.post(caseId, settings, signal);
    this.followed = { key: keyOf(caseId, text), settings: answer.header.settings_sha256 };
    return answer;
  }

  /** One after the other: the order in which requests arrive decides what the server follows. */
  private afterwards<T>(task: () => Promise<T>): Promise<T> {
    const result = this.tail.then(task, task);
    this.tail = result.catch(() => undefined);
    return result;
  }
}

const keyOf = (caseId: string, text: string): string => `${caseId} ${text}`;
