import type { Connections } from './connections/connections.ts';
import { readInfos } from './fitness.ts';

/** How one server is, as far as it tells. */
export interface ServerVitals {
  /** Tells its runs from those of others. */
  readonly runId: string;
  /** What it does when its memory is full. */
  readonly evictionPolicy: string;
  /** Keys it has evicted since it was started. */
  readonly evictedKeys: number;
  /** Share of its memory that is in use; 0 where it has no limit. */
  readonly memoryUse: number;
}

/**
 * How each master is. Where an ACL forbids to ask, nothing is told.
 * @throws StoreUnavailableError when one of them does not answer
 */
export async function readVitals(connections: Connections): Promise<ServerVitals[]> {
  const infos = await readInfos(connections);
  return infos.filter((info) => info !== '').map(toVitals);
}

function toVitals(info: string): ServerVitals {
  const field = (name: string) => new RegExp(`^${name}:(\\S+)`, 'm').exec(info)?.[1];
  const limit = Number(field('maxmemory') ?? 0);
  return {
    runId: field('run_id') ?? '',
    evictionPolicy: field('maxmemory_policy') ?? 'noeviction',
    evictedKeys: Number(field('evicted_keys') ?? 0),
    memoryUse: limit === 0 ? 0 : Number(field('used_memory') ?? 0) / limit,
  };
}
