import { setTimeout as delay } from 'node:timers/promises';
import type { Scenario } from '../scenario.ts';
import type { Stage } from '../stage/stage.ts';
import { REPLICAS, type SentinelTopology, startSentinelTopology } from '../topology/sentinel.ts';

const TIMEOUT_MS = 2000;

const ENV = {
  WEBHOOK_TIMEOUT_MS: String(TIMEOUT_MS),
  WEBHOOK_LEASE_MS: String(TIMEOUT_MS + 500),
};

/** A master that no replica follows stops taking writes. */
const SETTINGS = ['--min-replicas-to-write', '1', '--min-replicas-max-lag', '2'];

/** The load goes on for so long after there is another master, in ms. */
const AFTERWARDS_MS = 2000;

/** Starts a group of sentinels and what they watch for a scenario, under its conditions. */
function openSentinels(stage: Stage): Promise<SentinelTopology> {
  return stage.use(startSentinelTopology([...SETTINGS, ...stage.imposedArgs('server')]));
}

/** How the master is lost. */
interface Loss {
  readonly durability: string;
  readonly takeAway: () => Promise<void>;
  readonly bringBack: () => Promise<void>;
  /** Whether it goes on answering the services. */
  readonly answersOn: boolean;
}

/** Takes the master away under load; what it had settled and not passed on is sent again. */
async function underLoad(
  stage: Stage,
  topology: SentinelTopology,
  { durability, takeAway, bringBack, answersOn }: Loss,
): Promise<void> {
  await stage.serve(2, { ...ENV, DURABILITY: durability });
  const load = stage.load({ forMs: stage.sized(6000, 20_000) });
  await delay(stage.random.between(500, 1500));
  const old = await topology.master();
  const lostAt = Date.now();
  await takeAway();
  stage.struck += 1;
  await topology.promoted(old);
  stage.notes.push(`another master after ${Date.now() - lostAt} ms`);
  const span = { from: lostAt - TIMEOUT_MS, to: Date.now() + TIMEOUT_MS };
  // What callers are told waits for a replica; what was delivered does not.
  const repeats = { ...span, atMost: Infinity };
  // A service that has not left the old master yet delivers what another has cancelled on the new one.
  const cancels = answersOn ? { cancels: span } : {};
  stage.history.excuses.push({ fault: 'failover', repeats, ...cancels });
  await delay(AFTERWARDS_MS);
  await bringBack();
  await load;
}

export const sentinelMasterKilled: Scenario = {
  name: 'sentinel-master-killed',
  fault: 'the master of three sentinels killed (SIGKILL) under load; DURABILITY=replica:1',
  holds: 'recovers by itself; sent twice only what was under way',
  async run(stage) {
    const topology = await openSentinels(stage);
    const { redis } = await topology.master();
    await underLoad(stage, topology, {
      durability: 'replica:1',
      takeAway: () => redis.crash(),
      bringBack: () => redis.up(),
      answersOn: false,
    });
  },
};

export const sentinelMasterIsolated: Scenario = {
  name: 'sentinel-master-isolated',
  fault:
    'the master cut off from replicas and sentinels, but not from the services; DURABILITY=replica:1',
  holds: 'recovers by itself; sent twice only what was under way',
  async run(stage) {
    const topology = await openSentinels(stage);
    const member = await topology.master();
    await underLoad(stage, topology, {
      durability: 'replica:1',
      takeAway: () => Promise.resolve(topology.isolate(member)),
      bringBack: () => Promise.resolve(member.proxy.heal()),
      answersOn: true,
    });
  },
};

export const sentinelFailover: Scenario = {
  name: 'sentinel-failover',
  fault: 'SENTINEL FAILOVER under load; DURABILITY=replica:2, which is every replica',
  holds: 'sent twice only what the old master still noted',
  async run(stage) {
    const topology = await openSentinels(stage);
    await underLoad(stage, topology, {
      durability: `replica:${REPLICAS}`,
      takeAway: () => topology.failOver(),
      bringBack: () => Promise.resolve(),
      answersOn: true,
    });
  },
};
