import type { Scope } from '../../harness/scope.ts';
import { startChild } from './child.ts';

/** The receiver of the webhooks, a process of its own. */
export interface Receiver {
  readonly url: string;
  /**
   * Waits until so many webhooks have arrived, or the deadline; gives them all and starts afresh.
   * @param until epoch ms
   */
  collect(count: number, until: number): Promise<Arrival[]>;
}

export interface Arrival {
  readonly id: string;
  /** When its last byte was in, epoch ms. */
  readonly at: number;
}

/** @param manner `hangs`: it never answers */
export async function openReceiver(
  scope: Scope,
  manner: 'answers' | 'hangs' = 'answers',
): Promise<Receiver> {
  const child = await startChild(scope, 'receiver', [manner]);
  const { url } = child.ready as { url: string };
  return {
    url,
    collect: async (count, until) => {
      const what = { count, until };
      const { ids, times } = await child.call<{ ids: string[]; times: number[] }>('collect', what);
      return ids.map((id, i) => ({ id, at: times[i] ?? Number.NaN }));
    },
  };
}
