import calculateSlot from 'cluster-key-slot';
import { Cluster, Redis } from 'ioredis';
import { StoreUnavailableError } from '../../domain/errors.ts';
import type { RedisAddress, RedisSettings } from '../../runtime/redis-settings.ts';
import type { Keys } from '../keys.ts';
import { clusterOptions } from './cluster-options.ts';
import { reportOutages } from './cluster-outages.ts';
import { connectInBackground, createConnection, whyUnreachable } from './connection.ts';
import type { Connections, ConnectionsOptions, Master, Purpose, Route } from './connections.ts';
import { Links } from './link.ts';
import { connectionOptions, purposeOptions } from './redis-options.ts';

interface ClusterConnectionsOptions {
  readonly cluster: Cluster;
  readonly keys: Keys;
  /** Makes a connection to one node. */
  readonly createConnection: (node: RedisAddress, purpose: Purpose) => Redis;
}

/**
 * The connections to a Redis Cluster. Who is master is known from the cluster itself: it is asked every
 * few seconds and whenever a command was sent to the wrong node.
 */
export class ClusterConnections implements Connections {
  readonly clustered = true;
  readonly commands: Cluster;
  private readonly options: ClusterConnectionsOptions;
  private readonly known = new Map<string, ClusterMaster>();
  private readonly links = new Links();
  private readonly listeners = new Set<() => void>();

  constructor(options: ClusterConnectionsOptions) {
    const { cluster } = options;
    this.options = options;
    this.commands = cluster;
    cluster.on('+node', (node: Redis) => this.links.track(node));
    cluster.on('refresh', () => this.update());
    // Before they are needed, for commands do not wait for that; but not before the cluster's own check.
    for (const event of ['ready', 'refresh', '+node']) cluster.on(event, () => this.connectNodes());
  }

  open(): void {
    this.commands.connect().catch(() => {
      // The `error` event has reported it, and it is tried again for ever.
    });
  }

  close(): void {
    const { commands } = this;
    commands.removeAllListeners('refresh').removeAllListeners('error');
    commands.on('error', () => undefined);
    commands.disconnect();
    // A look at the masters that is under way would have the next one follow, and so on for ever.
    commands.refreshSlotsCache(() => commands.disconnect());
  }

  masters(): readonly Master[] {
    return [...this.known.values()];
  }

  route(partition: number): Route | undefined {
    const master = this.known.get(this.holderOf(partition));
    const link = this.links.of(master?.node());
    return master && link && { master, link, history: link.history };
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private connectNodes(): void {
    if (this.commands.status !== 'ready') return;
    for (const node of this.commands.nodes()) {
      if (node.status === 'wait') connectInBackground(node);
    }
  }

  /** Compares the masters with those known before: a promotion in place has no event of its own. */
  private update(): void {
    const nodes = new Map(this.commands.nodes('master').map((node) => [nameOf(node), node]));
    let changed = false;
    for (const name of this.known.keys()) {
      if (!nodes.has(name)) changed = this.known.delete(name);
    }
    const holdings = this.holdings();
    for (const [name, node] of nodes) {
      const master = this.known.get(name) ?? new ClusterMaster(node, this.options);
      this.known.set(name, master);
      changed = master.hold(holdings.get(name) ?? []) || changed;
    }
    if (changed) for (const listener of this.listeners) listener();
  }

  /** The partitions that each master holds now, by its name. */
  private holdings(): Map<string, number[]> {
    const holdings = new Map<string, number[]>();
    for (const partition of this.options.keys.allPartitions()) {
      const master = this.holderOf(partition);
      holdings.set(master, [...(holdings.get(master) ?? []), partition]);
    }
    return holdings;
  }

  /** The name of the master that commands on a partition's keys are sent to. */
  private holderOf(partition: number): string {
    const slot = calculateSlot(this.options.keys.dueIndex(partition));
    return this.commands.slots[slot]?.[0] ?? '';
  }
}

class ClusterMaster implements Master {
  readonly name: string;
  partitions: readonly number[] = [];
  private readonly address: RedisAddress;
  private readonly options: ClusterConnectionsOptions;

  constructor(node: Redis, options: ClusterConnectionsOptions) {
    const { host = '', port = 0 } = node.options;
    this.name = nameOf(node);
    this.address = { host, port };
    this.options = options;
  }

  /** @returns whether it held others before */
  hold(partitions: readonly number[]): boolean {
    const changed = partitions.join() !== this.partitions.join();
    this.partitions = partitions;
    return changed;
  }

  /** The connection for commands, while it is there. */
  node(): Redis | undefined {
    const masters = this.options.cluster.nodes('master');
    return masters.find((one) => nameOf(one) === this.name && one.status === 'ready');
  }

  server(): Redis {
    const node = this.node();
    if (node === undefined) throw new StoreUnavailableError(`no connection to ${this.name}`);
    return node;
  }

  createConnection(purpose: Purpose): Redis {
    return this.options.createConnection(this.address, purpose);
  }
}

/** As the slots of a cluster name their nodes. */
function nameOf({ options: { host, port } }: Redis): string {
  return `${host}:${port}`;
}

/** The connections of a service to a cluster. */
export function createCluster(
  { redis, keys, replica, log }: ConnectionsOptions,
  nodes: readonly RedisAddress[],
): ClusterConnections {
  const cluster = new Cluster([...nodes], clusterOptions(redis, `commands:${replica}`));
  reportOutages(cluster, () => whyNoNode(redis, nodes, `commands:${replica}`), log);
  const connect = (node: RedisAddress, purpose: Purpose) =>
    createConnection({ ...purposeOptions(redis, purpose, replica), ...node }, purpose, log);
  return new ClusterConnections({ cluster, keys, createConnection: connect });
}

/**
 * Opens connections to every node of a cluster, for a task that ends.
 * @throws StoreUnavailableError with the reason when it cannot be reached or refuses us
 */
export async function openCluster(
  redis: RedisSettings,
  nodes: readonly RedisAddress[],
  keys: Keys,
  name: string,
): Promise<ClusterConnections> {
  const cluster = new Cluster([...nodes], {
    ...clusterOptions(redis, name),
    clusterRetryStrategy: () => null,
  });
  let reason: Error | undefined;
  cluster.on('node error', (error: Error) => {
    reason ??= error;
  });
  const connections = new ClusterConnections({
    cluster,
    keys,
    createConnection: (node) => new Redis({ ...connectionOptions(redis, name), ...node }),
  });
  cluster.on('error', () => undefined);
  try {
    await cluster.connect();
    // Unlike the others, a command to a node waits for its connection.
    await Promise.all(cluster.nodes('master').map((node) => node.ping()));
    return connections;
  } catch (error) {
    connections.close();
    throw new StoreUnavailableError((await whyNoNode(redis, nodes, name)) ?? reason ?? error);
  }
}

/** Why the first of some nodes cannot be reached; `undefined` when it can. */
function whyNoNode(
  redis: RedisSettings,
  [first]: readonly RedisAddress[],
  name: string,
): Promise<Error | undefined> {
  return whyUnreachable({ ...connectionOptions(redis, name), ...first });
}
