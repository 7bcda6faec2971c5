/** What has been started and must be ended again, whatever happens. */
export class Scope {
  private readonly closers = new Set<() => Promise<void>>();
  private closing: Promise<void> | undefined;

  /**
   * Has something ended when the scope is closed, what came last first; at once when it is closed already.
   * @returns takes it back: it has been ended otherwise
   */
  defer(close: () => Promise<void>): () => void {
    this.closers.add(close);
    if (this.closing !== undefined) this.closing = this.closing.then(() => this.closeAll());
    return () => this.closers.delete(close);
  }

  /** Ends everything, even when ending something fails; the first failure is thrown at the end. */
  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  /** Runs a task with a scope of its own, which is closed when the task has ended. */
  async within<T>(task: (scope: Scope) => Promise<T>): Promise<T> {
    const inner = new Scope();
    const forget = this.defer(() => inner.close());
    try {
      return await task(inner);
    } finally {
      await inner.close();
      forget();
    }
  }

  private async closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of [...this.closers].reverse()) {
      this.closers.delete(close);
      await close().catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  }
}
