import type { Bench } from '../bench.ts';
import { startOurs } from '../stage/schedulers.ts';
import { Backlog } from './backlog.ts';
import { type LatenessRun, measureLateness } from './lateness.ts';
import { OURS } from './systems.ts';

/** The service's Redis with messages far ahead: filled once per run. */
export function backlogOfOurs(bench: Bench): Promise<Backlog> {
  return bench.once('backlog', () => Backlog.open(bench, bench.scope, OURS, startOurs));
}

/** The backlog at which everything but lateness is measured: the largest one. */
export function fullBacklog({ scale }: Bench): number {
  return scale.pending.at(-1) ?? 0;
}

/** Lateness of the service with so many messages pending; measured once per run. */
export function latenessOfOurs(bench: Bench, pending: number): Promise<LatenessRun> {
  return bench.once(`lateness with ${pending} pending`, async () =>
    latenessWith(bench, await backlogOfOurs(bench), pending),
  );
}

/** Lateness of a backlog's scheduler, or of another one on the same messages. */
export function latenessWith(
  bench: Bench,
  backlog: Backlog,
  pending: number,
  other?: { readonly name: string; readonly start: typeof startOurs },
): Promise<LatenessRun> {
  const { latenessForMs: forMs, giveUpAfterMs } = bench.scale;
  const { redis, receiver } = backlog;
  return backlog.with(
    pending,
    (scheduler) => {
      bench.say(`lateness: ${other?.name ?? backlog.name}, ${pending} messages pending`);
      return measureLateness({ scheduler, redis, receiver, forMs, giveUpAfterMs });
    },
    other?.start,
  );
}
