import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../lib/free-port.mjs';
import { isPortTaken, type RedisServer, startRedisServer } from '../lib/redis-server.mjs';
import { type NodePlan, nodesConf, planCluster, planNode } from './cluster-plan.ts';
import { until } from './until.ts';

export interface RedisClusterOptions {
  /** 3 unless given. */
  readonly masters?: number;
  /** Of each master; none unless given. */
  readonly replicas?: number;
  /** Settings of every server on top of the project's redis.conf. */
  readonly args?: readonly string[];
  /** Settings by which a server takes encrypted connections at a port; then clients are led there. */
  readonly tls?: (port: number) => readonly string[];
}

/** A node of a cluster, and a client that talks to no other. */
export interface ClusterNode {
  readonly id: string;
  readonly port: number;
  readonly client: Redis;
  readonly server: RedisServer;
}

/** A node that is silent for this long counts as failing, in ms. */
const NODE_TIMEOUT_MS = 1000;

/** How often a start is tried with other ports. */
const MAX_STARTS = 5;

type SlotRange = [from: number, to: number, master: [host: string, port: number, id: string]];

/**
 * Starts a Redis Cluster whose nodes know each other and their slots from the first moment; it serves
 * after two seconds, which Redis has every master wait.
 */
export async function startRedisCluster(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const { masters = 3, replicas = 0 } = options;
  for (let left = MAX_STARTS; ; left -= 1) {
    const cluster = new RedisCluster(options);
    try {
      await cluster.start(await planCluster(masters, replicas));
      return cluster;
    } catch (error) {
      await cluster.stop();
      if (left === 1 || !isPortTaken(error)) throw error;
    }
  }
}

/** A real Redis Cluster on free loopback ports. */
export class RedisCluster {
  /** Every node ever started. */
  readonly nodes: ClusterNode[] = [];
  private readonly dir = mkdtempSync(path.join(tmpdir(), 'agendamento-cluster-'));
  private readonly options: RedisClusterOptions;

  constructor(options: RedisClusterOptions) {
    this.options = options;
  }

  /** Settings that lead a service there. */
  get env(): Readonly<Record<string, string>> {
    const addresses = this.nodes.map(({ port }) => `127.0.0.1:${port}`);
    return { REDIS_CLUSTER_NODES: addresses.join(',') };
  }

  /** Starts nodes that make up a cluster; resolves when it serves and every replica has its data. */
  async start(plans: readonly NodePlan[]): Promise<void> {
    const started = await Promise.allSettled(plans.map((plan) => this.startNode(plan, plans)));
    for (const { reason } of started.filter(
      ({ status }) => status === 'rejected',
    ) as PromiseRejectedResult[]) {
      throw reason;
    }
    await until('every node is well', async () => {
      return (await Promise.all(this.nodes.map(isWell))).every(Boolean);
    });
  }

  /** The nodes that are up and hold slots. */
  async masters(): Promise<ClusterNode[]> {
    const ids = new Set((await this.slots()).map(([, , [, , id]]) => id));
    return this.nodes.filter((node) => isUp(node) && ids.has(node.id));
  }

  /** The master that holds a key. */
  async masterOf(key: string): Promise<ClusterNode> {
    const slot = await this.slotOf(key);
    const range = (await this.slots()).find(([from, to]) => from <= slot && slot <= to);
    return this.node(range?.[2][2] ?? '');
  }

  /** A replica of a master. */
  async replicaOf({ id }: ClusterNode): Promise<ClusterNode> {
    const [line = ''] = (await this.anyNode().client.call('CLUSTER', 'REPLICAS', id)) as string[];
    return this.node(line.split(' ')[0] ?? '');
  }

  async slotOf(key: string): Promise<number> {
    return Number(await this.anyNode().client.cluster('KEYSLOT', key));
  }

  /** Has a replica take its master's place, in agreement with it. @returns the new master */
  async failOver(master: ClusterNode): Promise<ClusterNode> {
    const replica = await this.replicaOf(master);
    await replica.client.cluster('FAILOVER');
    await this.untilMaster(replica);
    return replica;
  }

  /** Resolves when every node that is up says that a node is master, and serves. */
  async untilMaster({ id, port }: ClusterNode): Promise<void> {
    await until(`the node at ${port} is master`, async () => {
      const views = this.nodes.filter(isUp).map(async (node) => {
        const slots = await slotsOf(node);
        return slots.some(([, , [, , master]]) => master === id) && (await isWell(node));
      });
      return (await Promise.all(views)).every(Boolean);
    });
  }

  /** Starts one more node, without slots; resolves when all have met it and it serves. */
  async addNode(): Promise<ClusterNode> {
    const { port } = this.anyNode();
    const plan = await planNode();
    const added = await this.startNode(plan, [plan]);
    await added.client.cluster('MEET', '127.0.0.1', port);
    await until('all have met', async () => {
      const views = this.nodes.filter(isUp).map(({ client }) => client.cluster('NODES'));
      return (await Promise.all(views)).every((view) => String(view).includes(added.id));
    });
    await until('it serves', () => isWell(added));
    return added;
  }

  /** Begins to move a slot: it stays with `from`, and goes key by key. */
  async openSlot(slot: number, from: ClusterNode, to: ClusterNode): Promise<void> {
    await to.client.cluster('SETSLOT', slot, 'IMPORTING', from.id);
    await from.client.cluster('SETSLOT', slot, 'MIGRATING', to.id);
  }

  /** Moves up to `count` keys of an open slot. @returns how many there were */
  async moveKeys(slot: number, from: ClusterNode, to: ClusterNode, count = 100): Promise<number> {
    const keys = (await from.client.cluster('GETKEYSINSLOT', slot, count)) as string[];
    if (keys.length === 0) return 0;
    await from.client.migrate('127.0.0.1', to.port, '', 0, 5000, 'REPLACE', 'KEYS', ...keys);
    return keys.length;
  }

  /** Ends the move of a slot, wherever its keys are: it is `to`'s. */
  async closeSlot(slot: number, to: ClusterNode): Promise<void> {
    // The new owner first, as redis-cli does: it must know before anyone sends clients there.
    const others = (await this.masters()).filter(({ id }) => id !== to.id);
    for (const { client } of [to, ...others]) await client.cluster('SETSLOT', slot, 'NODE', to.id);
  }

  /** Moves a slot with all its keys. */
  async moveSlot(slot: number, from: ClusterNode, to: ClusterNode): Promise<void> {
    await this.openSlot(slot, from, to);
    while ((await this.moveKeys(slot, from, to)) > 0);
    await this.closeSlot(slot, to);
  }

  /** Ends every node and removes the data. */
  async stop(): Promise<void> {
    await Promise.all(this.nodes.map(stopNode));
    rmSync(this.dir, { recursive: true, force: true });
  }

  private async startNode(plan: NodePlan, all: readonly NodePlan[]): Promise<ClusterNode> {
    const { id, port } = plan;
    const { args = [], tls } = this.options;
    // Clients of ours speak plainly, the nodes among each other as services do.
    const plainPort = tls === undefined ? port : await freePort();
    const encrypted = tls === undefined ? [] : ['--tls-cluster', 'yes', ...tls(port)];
    const dir = path.join(this.dir, String(port));
    mkdirSync(dir);
    writeFileSync(path.join(dir, 'nodes.conf'), nodesConf(plan, all));
    const clustered = ['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf'];
    clustered.push('--cluster-node-timeout', String(NODE_TIMEOUT_MS));
    // A node stays what the test made it, also when it gives its last slot away.
    clustered.push('--cluster-allow-replica-migration', 'no');
    const fast = ['--appendonly', 'no', '--repl-diskless-sync-delay', '0'];
    const server = await startRedisServer({
      dir,
      port: plainPort,
      args: [...clustered, ...fast, ...encrypted, ...args],
    });
    const to = { host: '127.0.0.1', port: plainPort };
    const client = new Redis({ ...to, protocol: 2, retryStrategy: () => 50 });
    client.on('error', () => undefined);
    const node = { id, port, client, server };
    this.nodes.push(node);
    return node;
  }

  private slots(): Promise<SlotRange[]> {
    return slotsOf(this.anyNode());
  }

  private anyNode(): ClusterNode {
    const node = this.nodes.find(isUp);
    if (node === undefined) throw new Error('no node is up');
    return node;
  }

  private node(id: string): ClusterNode {
    const node = this.nodes.find((known) => known.id === id);
    if (node === undefined) throw new Error(`there is no node "${id}"`);
    return node;
  }
}

async function slotsOf({ client }: ClusterNode): Promise<SlotRange[]> {
  return (await client.call('CLUSTER', 'SLOTS')) as SlotRange[];
}

function isUp({ server: { process: child } }: ClusterNode): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Whether a node takes commands and, as a replica, has its master's data. */
async function isWell({ client }: ClusterNode): Promise<boolean> {
  const state = String(await client.cluster('INFO'));
  const replication = await client.info('replication');
  return state.includes('cluster_state:ok') && !replication.includes('master_link_status:down');
}

async function stopNode({ client, server }: ClusterNode): Promise<void> {
  client.disconnect();
  server.process.kill('SIGCONT');
  await server.stop(1000);
}
