import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Scope } from '../../harness/scope.ts';

/** A process of ours that answers calls; `processes/serve.mjs` is its side of it. */
export interface Child {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly ready: unknown;
  /** @throws what the method threw, or that the process has ended */
  call<T>(method: string, params?: object): Promise<T>;
}

type Reply = { ready: unknown } | { id: number; result?: unknown; error?: string };

/**
 * Starts a module of `processes/` and waits until it can be called. Plain JavaScript without our loader:
 * what is measured, or measures, carries nothing that it does not need.
 */
export async function startChild(
  scope: Scope,
  name: string,
  args: readonly (string | number)[] = [],
): Promise<Child> {
  const file = path.join(import.meta.dirname, '../processes', `${name}.mjs`);
  const child = fork(file, args.map(String), { execArgv: [] });
  scope.defer(() => end(child));
  const calls = new Calls(child, name);
  return { pid: child.pid ?? 0, ready: await calls.ready, call: (...call) => calls.send(...call) };
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** The calls under way to one process. */
class Calls {
  readonly ready: Promise<unknown>;
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private last = 0;
  private ended: Error | undefined;

  constructor(child: ChildProcess, name: string) {
    this.child = child;
    this.ready = this.wait(0);
    child.on('message', (reply: Reply) => this.settle(reply));
    child.on('error', (error) => this.fail(error));
    child.on('exit', (code, signal) => {
      this.fail(new Error(`${name} ended (${signal ?? `exit code ${code}`})`));
    });
  }

  send<T>(method: string, params: object = {}): Promise<T> {
    if (this.ended) return Promise.reject(this.ended);
    this.last += 1;
    this.child.send({ id: this.last, method, params });
    return this.wait<T>(this.last);
  }

  private wait<T>(id: number): Promise<T> {
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  private settle(reply: Reply): void {
    const [id, result, error] =
      'ready' in reply ? [0, reply.ready] : [reply.id, reply.result, reply.error];
    const call = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) call?.resolve(result as never);
    else call?.reject(new Error(error));
  }

  private fail(error: Error): void {
    this.ended ??= error;
    for (const { reject } of this.waiting.values()) reject(this.ended);
    this.waiting.clear();
  }
}

/** Ends a process, politely first; resolves when it is gone. */
export async function end(child: ChildProcess, deadlineMs = 15_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), deadlineMs);
  await exited;
  clearTimeout(timer);
}
