import { Deliveries } from './deliveries.ts';
import { Listing } from './listing.ts';
import { Queries } from './queries.ts';
import { Stats } from './stats.ts';
import { openTool, runningReplicas, type ToolOptions } from './tool.ts';

/** The service's data, open to be looked at. */
export interface Inspection {
  readonly queries: Queries;
  readonly listing: Listing;
  readonly deliveries: Deliveries;
  readonly stats: Stats;
  /** The names of the replicas that are connected to the same database, as far as Redis tells. */
  runningReplicas(): Promise<string[]>;
  close(): void;
}

/** As `openTool`, to look and never to write. */
export async function openInspection(options: ToolOptions): Promise<Inspection> {
  const { connections, keys, scripts, sealing } = await openTool(options, 'inspect', 'look');
  return {
    queries: new Queries(connections, keys, sealing),
    listing: new Listing(scripts, keys),
    deliveries: new Deliveries(connections.commands, keys),
    stats: new Stats(scripts, keys),
    runningReplicas: () => runningReplicas(connections, options.redis.db),
    close: () => connections.close(),
  };
}
