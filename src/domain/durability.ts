/**
 * How safe a change has to be before it is acknowledged: written in the memory of its master, received by
 * so many replicas as well, or flushed to the disk of its master.
 */
export type Durability = 'memory' | 'fsync' | `replica:${number}`;

/** As users write it; more replicas than that nobody waits for. */
export const DURABILITY = /^(?:memory|fsync|replica:[1-9])$/;

/** What a durability looks like, for messages about one that is none. */
export const DURABILITY_FORMAT = 'memory | replica:<1 to 9> | fsync';

/** Whether a text names a durability. */
export function isDurability(text: string): text is Durability {
  return DURABILITY.test(text);
}

/** How many replicas have to have received a change; `undefined` when it is not about replicas. */
export function replicasOf(durability: Durability): number | undefined {
  const [, replicas] = durability.split(':');
  return replicas === undefined ? undefined : Number(replicas);
}
