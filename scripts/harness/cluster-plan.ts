import { randomBytes } from 'node:crypto';
import { BUS_OFFSET, freeClusterPort } from '../lib/free-port.mjs';

/** What a node of a cluster is to be when it starts. */
export interface NodePlan {
  readonly id: string;
  readonly port: number;
  /** Of a replica the master. */
  readonly masterId: string | undefined;
  /** As Redis writes ranges: `0-5460`; empty for none. */
  readonly slots: string;
}

const SLOTS = 16_384;

/** Masters that share the slots evenly, then the replicas of each. */
export async function planCluster(masters: number, replicasOfEach: number): Promise<NodePlan[]> {
  const plans: NodePlan[] = [];
  for (let i = 0; i < masters; i += 1) {
    const from = Math.ceil((SLOTS * i) / masters);
    const to = Math.ceil((SLOTS * (i + 1)) / masters) - 1;
    plans.push({ ...(await planNode()), slots: `${from}-${to}` });
  }
  for (const { id: masterId } of plans.slice()) {
    for (let i = 0; i < replicasOfEach; i += 1) plans.push({ ...(await planNode()), masterId });
  }
  return plans;
}

/** A master without slots. */
export async function planNode(): Promise<NodePlan> {
  const id = randomBytes(20).toString('hex');
  return { id, port: await freeClusterPort(), masterId: undefined, slots: '' };
}

/** The text of the file in which a node keeps what it knows of its cluster. */
export function nodesConf(self: NodePlan, all: readonly NodePlan[]): string {
  const lines = all.map(({ id, port, masterId, slots }, i) => {
    const role = masterId === undefined ? 'master' : 'slave';
    const flags = id === self.id ? `myself,${role}` : role;
    const address = `127.0.0.1:${port}@${port + BUS_OFFSET}`;
    return `${id} ${address} ${flags} ${masterId ?? '-'} 0 0 ${i + 1} connected ${slots}`;
  });
  return `${lines.join('\n')}\nvars currentEpoch ${all.length} lastVoteEpoch 0\n`;
}
