/** What a gatherer joins, and how much of it. */
export interface GathererOptions<Request, Result> {
  /**
   * Makes one call for requests of one partition.
   * @returns for each, in order, its result or why it has none; it rejects when that holds for all
   */
  readonly call: (
    partition: number,
    requests: readonly Request[],
  ) => Promise<readonly (Result | Error)[]>;
  /** Most requests in a call. */
  readonly maxRequests: number;
  /** About how many bytes a request comes to. */
  readonly bytesOf: (request: Request) => number;
  /** A call that comes to so many bytes takes no more requests. */
  readonly maxBytes: number;
}

interface Waiting<Request, Result> {
  readonly request: Request;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

interface Group<Request, Result> {
  readonly waiting: Waiting<Request, Result>[];
  bytes: number;
}

/**
 * Joins requests that come in the same turn of the event loop into one call for each partition: under
 * load most of the cost of a call is the call. A request alone goes out with the next turn.
 */
export class Gatherer<Request, Result> {
  private readonly options: GathererOptions<Request, Result>;
  private readonly groups = new Map<number, Group<Request, Result>>();

  constructor(options: GathererOptions<Request, Result>) {
    this.options = options;
  }

  /** @returns the request's own result; rejects with its own error, or that of the whole call */
  add(partition: number, request: Request): Promise<Result> {
    return new Promise((resolve, reject) => {
      const group = this.groupOf(partition);
      group.waiting.push({ request, resolve, reject });
      group.bytes += this.options.bytesOf(request);
      const { maxRequests, maxBytes } = this.options;
      if (group.waiting.length >= maxRequests || group.bytes >= maxBytes) this.send(partition);
    });
  }

  private groupOf(partition: number): Group<Request, Result> {
    if (this.groups.size === 0) setImmediate(() => this.sendAll());
    let group = this.groups.get(partition);
    if (group === undefined) {
      group = { waiting: [], bytes: 0 };
      this.groups.set(partition, group);
    }
    return group;
  }

  private sendAll(): void {
    for (const partition of [...this.groups.keys()]) this.send(partition);
  }

  private send(partition: number): void {
    const waiting = this.groups.get(partition)?.waiting ?? [];
    this.groups.delete(partition);
    const requests = waiting.map(({ request }) => request);
    this.options.call(partition, requests).then(
      (results) => {
        for (const [i, { resolve, reject }] of waiting.entries()) {
          const result = results[i];
          if (result instanceof Error) reject(result);
          else resolve(result as Result);
        }
      },
      (error: unknown) => {
        for (const { reject } of waiting) reject(error);
      },
    );
  }
}
