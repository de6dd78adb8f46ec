/** Runs one task at a time; of the inputs that come meanwhile only the newest is run next. */
export class LatestWins<Input, Output> {
  private isRunning = false;
  private next: { input: Input } | null = null;
  private generation = 0;
  private controller: AbortController | null = null;

  constructor(
    private readonly task: (input: Input, signal: AbortSignal) => Promise<Output>,
    private readonly listeners: {
      done: (output: Output, input: Input) => void;
      failed: (thrown: unknown, input: Input) => void;
      pending?: (isPending: boolean) => void;
    },
  ) {}

  /** Runs the input as soon as nothing else runs. */
  push(input: Input): void {
    this.next = { input };
    if (!this.isRunning) void this.run();
  }

  /** Drops what runs and what waits; nothing of it is told any more. */
  cancel(): void {
    this.generation += 1;
    this.next = null;
    this.controller?.abort();
    this.listeners.pending?.(false);
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    for (let waiting = this.take(); waiting !== null; waiting = this.take()) {
      await this.runOne(waiting.input);
    }
    this.isRunning = false;
    this.listeners.pending?.(false);
  }

  private take(): { input: Input } | null {
    const taken = this.next;
    this.next = null;
    return taken;
  }

  private async runOne(input: Input): Promise<void> {
    const { generation } = this;
    this.controller = new AbortController();
    this.listeners.pending?.(true);
    try {
      const output = await this.task(input, this.controller.signal);
      if (generation === this.generation) this.listeners.done(output, input);
    } catch (thrown) {
      if (generation === this.generation) this.listeners.failed(thrown, input);
    }
  }
}
