import { startTestRedis, type TestRedis } from './redis.ts';
import { until } from './until.ts';

/** A master and its replicas; a test may stop replicas from hearing, and let them hear again. */
export interface ReplicatedRedis {
  readonly master: TestRedis;
  readonly replicas: readonly TestRedis[];
  /** Stops a replica (SIGSTOP): its connection stays, and nothing is confirmed any more. */
  pause(replica: TestRedis): void;
  resume(replica: TestRedis): void;
}

/**
 * Gives a suite a master with replicas, emptied before each test, all of them at work.
 * @param args more settings of the master
 */
export function useReplicatedRedis(
  count: number,
  args: string[] = [],
): { readonly current: ReplicatedRedis } {
  const holder = { current: undefined as unknown as ReplicatedRedis };
  const signal = ({ server }: TestRedis, name: NodeJS.Signals) => void server.process.kill(name);
  before(async () => {
    const master = await startTestRedis(['--repl-diskless-sync-delay', '0', ...args]);
    const replicaOf = ['--replicaof', '127.0.0.1', String(master.port)];
    const starts = Array.from({ length: count }, () => startTestRedis(replicaOf));
    const replicas = await Promise.all(starts);
    holder.current = {
      master,
      replicas,
      pause: (replica) => signal(replica, 'SIGSTOP'),
      resume: (replica) => signal(replica, 'SIGCONT'),
    };
    await untilFollowed(master, count);
  });
  beforeEach(async () => {
    const { master } = holder.current;
    await master.client.flushall();
    // A replica that is just emptying itself confirms nothing meanwhile.
    await untilFollowed(master, count);
    await master.client.config('RESETSTAT');
  });
  afterEach(() => {
    for (const replica of holder.current.replicas) holder.current.resume(replica);
  });
  after(async () => {
    for (const { stop } of [...holder.current.replicas, holder.current.master]) await stop();
  });
  return holder;
}

/** Waits until so many replicas have all that was written. */
async function untilFollowed({ client }: TestRedis, count: number): Promise<void> {
  await until('the replicas follow', async () => (await client.wait(count, 100)) >= count);
}
