import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import calculateSlot from 'cluster-key-slot';
import type { Cluster, Redis } from 'ioredis';
import { StoreUnavailableError } from '../../../../src/domain/errors.ts';
import { ClusterConnections } from '../../../../src/store/connections/cluster.ts';
import { Keys } from '../../../../src/store/keys.ts';

const PARTITIONS = 6;

/** What ioredis tells of a cluster: its nodes and who holds which slot. */
class FakeCluster extends EventEmitter {
  status = 'ready';
  readonly slots: string[][] = [];
  private masters: FakeNode[] = [];
  private readonly keys: Keys;

  constructor(keys: Keys) {
    super();
    this.keys = keys;
  }

  /** Says which partitions each master holds, as `port: partitions`, and that it has just found out. */
  refresh(holdings: Record<number, readonly number[]>): void {
    this.masters = Object.keys(holdings).map((port) => {
      const known = this.masters.find((node) => node.options.port === Number(port));
      return known ?? new FakeNode(Number(port));
    });
    for (const [port, partitions] of Object.entries(holdings)) {
      for (const partition of partitions) {
        this.slots[calculateSlot(this.keys.dueIndex(partition))] = [`127.0.0.1:${port}`];
      }
    }
    this.emit('refresh');
  }

  nodes(): FakeNode[] {
    return this.masters;
  }
}

class FakeNode {
  status = 'wait';
  readonly options: { readonly host: string; readonly port: number };

  constructor(port: number) {
    this.options = { host: '127.0.0.1', port };
  }

  connect(): Promise<void> {
    this.status = 'ready';
    return Promise.resolve();
  }
}

describe('store: the masters of a cluster', () => {
  let cluster: FakeCluster;
  let connections: ClusterConnections;
  let changes: number;

  beforeEach(() => {
    const keys = new Keys('app:', PARTITIONS);
    cluster = new FakeCluster(keys);
    connections = new ClusterConnections({
      cluster: cluster as unknown as Cluster,
      keys,
      createConnection: (address) => address as unknown as Redis,
    });
    changes = 0;
    connections.onChange(() => {
      changes += 1;
    });
  });

  const known = () =>
    Object.fromEntries(connections.masters().map(({ name, partitions }) => [name, partitions]));

  it('are none until the cluster has said so', () => {
    expect(known()).to.deep.equal({});
    cluster.refresh({ 1: [0, 1, 2], 2: [3, 4, 5] });
    expect(known()).to.deep.equal({ '127.0.0.1:1': [0, 1, 2], '127.0.0.1:2': [3, 4, 5] });
    expect(changes).to.equal(1);
  });

  it('have not changed when the cluster says the same again', () => {
    cluster.refresh({ 1: [0, 1, 2], 2: [3, 4, 5] });
    const before = connections.masters();
    cluster.refresh({ 2: [3, 4, 5], 1: [0, 1, 2] });
    expect(changes).to.equal(1);
    expect(connections.masters()).to.have.members(before);
  });

  it('change when a replica is promoted in place', () => {
    cluster.refresh({ 1: [0, 1, 2], 2: [3, 4, 5] });
    cluster.refresh({ 1: [0, 1, 2], 3: [3, 4, 5] });
    expect(known()).to.deep.equal({ '127.0.0.1:1': [0, 1, 2], '127.0.0.1:3': [3, 4, 5] });
    expect(changes).to.equal(2);
  });

  it('change when a slot moves between two that stay, and keep what they are', () => {
    cluster.refresh({ 1: [0, 1, 2], 2: [3, 4, 5] });
    const before = connections.masters();
    cluster.refresh({ 1: [0, 1], 2: [2, 3, 4, 5] });
    expect(known()).to.deep.equal({ '127.0.0.1:1': [0, 1], '127.0.0.1:2': [2, 3, 4, 5] });
    expect(changes).to.equal(2);
    expect(connections.masters()).to.have.members(before);
  });

  it('change when one that is new gets its first slot, and when one has given its last away', () => {
    cluster.refresh({ 1: [0, 1, 2, 3, 4, 5], 2: [] });
    expect(changes).to.equal(1);
    cluster.refresh({ 1: [0, 1, 2], 2: [3, 4, 5] });
    expect(changes).to.equal(2);
    cluster.refresh({ 2: [0, 1, 2, 3, 4, 5] });
    expect(known()).to.deep.equal({ '127.0.0.1:2': [0, 1, 2, 3, 4, 5] });
    expect(changes).to.equal(3);
  });

  it('are not announced to who has stopped listening', () => {
    let heard = 0;
    const stop = connections.onChange(() => {
      heard += 1;
    });
    cluster.refresh({ 1: [0, 1, 2, 3, 4, 5] });
    stop();
    cluster.refresh({ 2: [0, 1, 2, 3, 4, 5] });
    expect(heard).to.equal(1);
  });

  it('are connected to before they are needed, once the cluster is ready', () => {
    cluster.status = 'connecting';
    cluster.refresh({ 1: [0, 1, 2], 2: [3, 4, 5] });
    expect(cluster.nodes().map(({ status }) => status)).to.deep.equal(['wait', 'wait']);
    cluster.status = 'ready';
    cluster.emit('ready');
    expect(cluster.nodes().map(({ status }) => status)).to.deep.equal(['ready', 'ready']);
  });

  it('that cannot be reached are unavailable at once', () => {
    cluster.refresh({ 1: [0, 1, 2, 3, 4, 5] });
    const [master] = connections.masters();
    const [node] = cluster.nodes();
    expect(master?.server()).to.equal(node);
    Object.assign(node ?? {}, { status: 'connecting' });
    expect(() => master?.server()).to.throw(StoreUnavailableError, '127.0.0.1:1');
  });

  it('have their events on connections to their own address', () => {
    cluster.refresh({ 1: [0, 1, 2, 3, 4, 5] });
    const [master] = connections.masters();
    expect(master?.createConnection('events')).to.deep.equal({ host: '127.0.0.1', port: 1 });
  });
});
