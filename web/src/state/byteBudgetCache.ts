/** Keeps what was used last within a number of bytes; what is pinned stays in any case. */
export class ByteBudgetCache<Value> {
  private readonly entries = new Map<string, { value: Value; bytes: number }>();
  private pinned: ReadonlySet<string> = new Set();

  constructor(private readonly mostBytes: number) {}

  get(key: string): Value | undefined {
    const found = this.entries.get(key);
    if (found === undefined) return undefined;
    // Used last, dropped last.
    this.entries.delete(key);
    this.entries.set(key, found);
    return found.value;
  }

  set(key: string, value: Value, bytes: number): void {
    this.entries.delete(key);
    this.entries.set(key, { value, bytes });
    this.drop();
  }

  /** Holds what is shown now. */
  pin(keys: Iterable<string>): void {
    this.pinned = new Set(keys);
    this.drop();
  }

  private drop(): void {
    let bytes = [...this.entries.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const [key, entry] of this.entries) {
      if (bytes <= this.mostBytes) return;
      if (this.pinned.has(key)) continue;
      this.entries.delete(key);
      bytes -= entry.bytes;
    }
  }
}
