/** One import, from the first file that is sent to the findings of the server. */
import type { CaseSummary, Job, Problem } from '../../api/cases';
import { asProblem, isAborted } from '../../api/client';
import type { Finding } from '../../api/terms';
import type { Picked, PickedFile } from './pickedFiles';

/** Files on their way at once. Browsers open six connections to a server, and events and pages need theirs. */
const N_AT_ONCE = 3;

/**
 * `sending`; `incomplete`: files failed and a person has to say what becomes of them; `importing`: the server looks at the
 * objects; `done`; `failed`: nothing came of it; `cancelled`.
 */
export type ImportPhase = 'waiting' | 'sending' | 'incomplete' | 'importing' | 'done' | 'failed' | 'cancelled';

/** What an import needs of the server; a part of its own so that tests can stand in for it. */
export interface ImportTransport {
  start: (signal: AbortSignal) => Promise<{ id: string }>;
  send: (id: string, file: PickedFile, signal: AbortSignal, onprogress: (bytes: number) => void) => Promise<void>;
  /** Makes a case of the files; resolves when the job has ended. */
  finish: (id: string, into: { case?: string; label?: string }, onjob: (job: Job) => void) => Promise<Job>;
  discard: (id: string) => Promise<void>;
}

export interface FailedFile {
  picked: PickedFile;
  problem: Problem;
}

export class ImportRun {
  phase = $state<ImportPhase>('waiting');
  nSent = $state(0);
  bytesSent = $state(0);
  failed = $state.raw<readonly FailedFile[]>([]);
  /** What is wrong with the import as a whole. */
  problem = $state.raw<Problem | null>(null);
  job = $state.raw<Job | null>(null);
  findings = $state.raw<readonly Finding[]>([]);
  caseId = $state<string | null>(null);
  /** What a new case is to be called. */
  label = $state('');

  readonly key: number;
  readonly nFiles: number;
  readonly bytes: number;
  readonly unreadable: Picked['unreadable'];
  readonly nLeftOut: number;
  /** The case to which the files are added; null for a new one. */
  readonly target: Pick<CaseSummary, 'id' | 'label'> | null;

  private waiting: PickedFile[];
  private readonly all: readonly PickedFile[];
  private importId: string | null = null;
  private controller = new AbortController();
  private readonly transport: ImportTransport;

  constructor(key: number, picked: Picked, target: ImportRun['target'], transport: ImportTransport) {
    this.key = key;
    this.all = picked.files;
    this.waiting = [...picked.files];
    this.nFiles = picked.files.length;
    this.bytes = picked.files.reduce((sum, { file }) => sum + file.size, 0);
    this.unreadable = picked.unreadable;
    this.nLeftOut = picked.nLeftOut;
    this.target = target;
    this.label = picked.name ?? '';
    this.transport = transport;
  }

  get isEnded(): boolean {
    return this.phase === 'done' || this.phase === 'failed' || this.phase === 'cancelled';
  }

  /** Whether files would be lost if the window closed now. */
  get isInWindow(): boolean {
    return this.phase === 'waiting' || this.phase === 'sending' || this.phase === 'incomplete';
  }

  get nWaiting(): number {
    return this.nFiles - this.nSent - this.failed.length;
  }

  /** Sends what waits, then goes on to the import unless a file failed. */
  async send(): Promise<void> {
    if (this.phase !== 'waiting' && this.phase !== 'incomplete') return;
    this.phase = 'sending';
    this.problem = null;
    const { signal } = this.controller;
    try {
      this.importId ??= (await this.transport.start(signal)).id;
      const { importId } = this;
      await Promise.all(Array.from({ length: N_AT_ONCE }, () => this.sendInTurn(importId, signal)));
    } catch (thrown) {
      if (!isAborted(thrown)) this.problem = asProblem(thrown, 'starting the import');
    }
    if (signal.aborted) return;
    const isComplete = this.problem === null && this.failed.length === 0 && this.waiting.length === 0;
    if (isComplete) await this.finish();
    else this.phase = 'incomplete';
  }

  /** Sends the files that failed once more. */
  async repeat(): Promise<void> {
    const isGone = this.failed.some(({ problem }) => problem.code === 'not-found');
    if (isGone) this.beginAgain();
    else this.waiting.push(...this.failed.map(({ picked }) => picked));
    this.failed = [];
    // Everything had arrived, and only the import itself was refused.
    if (this.waiting.length === 0 && this.importId !== null) await this.finish();
    else await this.send();
  }

  /** Imports what has arrived, without the rest. */
  async goOnWithout(): Promise<void> {
    this.waiting = [];
    if (this.nSent > 0) await this.finish();
  }

  async cancel(): Promise<void> {
    if (!this.isInWindow) return;
    this.phase = 'cancelled';
    this.controller.abort();
    const { importId } = this;
    if (importId === null) return;
    try {
      await this.transport.discard(importId);
    } catch (thrown) {
      this.problem = asProblem(thrown, 'discarding the import');
    }
  }

  private async sendInTurn(importId: string, signal: AbortSignal): Promise<void> {
    for (let picked = this.waiting.shift(); picked !== undefined; picked = this.waiting.shift()) {
      const isServerThere = await this.sendOne(importId, picked, signal);
      if (!isServerThere || signal.aborted) return;
    }
  }

  /** False where the server is gone, so that the others need not be tried. */
  private async sendOne(importId: string, picked: PickedFile, signal: AbortSignal): Promise<boolean> {
    let told = 0;
    const tell = (bytes: number): void => {
      // The body of a request is counted with its frame, which a file has not.
      const own = Math.min(bytes, picked.file.size);
      this.bytesSent += own - told;
      told = own;
    };
    try {
      await this.transport.send(importId, picked, signal, tell);
      tell(picked.file.size);
      this.nSent += 1;
      return true;
    } catch (thrown) {
      tell(0);
      if (isAborted(thrown)) return false;
      const problem = asProblem(thrown, `sending the file ${picked.path}`);
      this.failed = [...this.failed, { picked, problem }];
      return problem.code !== 'server-lost' && problem.code !== 'not-found';
    }
  }

  private async finish(): Promise<void> {
    const { importId } = this;
    if (importId === null) return;
    this.phase = 'importing';
    this.problem = null;
    const label = this.label.trim();
    const into = this.target !== null ? { case: this.target.id } : label === '' ? {} : { label };
    try {
      this.take(await this.transport.finish(importId, into, (job) => (this.job = job)));
    } catch (thrown) {
      this.problem = asProblem(thrown, 'importing the files');
      // The files are still there: a case that is busy is free again later.
      this.phase = 'incomplete';
    }
  }

  private take(job: Job): void {
    this.job = job;
    this.caseId = job.case;
    this.problem = job.error;
    this.phase = job.state === 'done' ? 'done' : 'failed';
    const findings = job.result?.['findings'];
    this.findings = Array.isArray(findings) ? (findings as Finding[]) : [];
  }

  /** The server does not know the import any more, as after a new start: everything is sent again. */
  private beginAgain(): void {
    this.importId = null;
    this.waiting = [...this.all];
    this.nSent = 0;
    this.bytesSent = 0;
  }
}
