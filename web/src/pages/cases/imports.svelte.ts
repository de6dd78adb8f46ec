/** All imports of this window. They go on while other pages are shown. */
import { discardImport, finishImport, startImport } from '../../api/client';
import { jobs } from '../../state/jobs.svelte';
import { guardUnsaved } from '../../state/unsaved';
import { caseList } from './caseList.svelte';
import { ImportRun, type ImportTransport } from './importRun.svelte';
import type { Picked } from './pickedFiles';
import { sendFile } from './sendFile';

const transport: ImportTransport = {
  start: startImport,
  send: sendFile,
  discard: discardImport,
  finish: async (id, into, onjob) => {
    const started = await finishImport(id, into);
    jobs.take(started);
    onjob(started);
    const ended = await jobs.ended(started.id);
    // An import that fails may leave a case behind of which no event tells.
    void caseList.read();
    return ended;
  },
};

class Imports {
  /** The newest first. */
  runs = $state.raw<readonly ImportRun[]>([]);
  private nextKey = 1;
  private last: Promise<void> = Promise.resolve();

  constructor() {
    guardUnsaved(() => this.runs.some((run) => run.isInWindow));
  }

  /** Begins an import as soon as those before it have sent their files. */
  begin(picked: Picked, target: ImportRun['target'] = null): ImportRun {
    const run = new ImportRun(this.nextKey++, picked, target, transport);
    this.runs = [run, ...this.runs];
    this.last = this.last.then(() => run.send());
    return run;
  }

  dismiss(run: ImportRun): void {
    this.runs = this.runs.filter((one) => one !== run);
  }
}

export const imports = new Imports();
