import { expect } from 'chai';
import fc from 'fast-check';
import type { ClaimedMessage } from '../../../src/domain/message.ts';
import { originOf } from '../../../src/domain/origin.ts';
import type { Settlement } from '../../../src/domain/settlement.ts';
import type { ClaimBatch, ClaimTerms } from '../../../src/store/lease-store.ts';
import { redisNow } from '../../support/redis-state.ts';
import { auditAll } from '../../support/store.ts';
import {
  fire,
  HOUR_MS,
  type RelativeChanges,
  replay,
  reschedule,
  schedule,
  scheduleAll,
} from './changes.ts';
import type { Model } from './model.ts';
import { type Command, pass, type Real, refusal, transition, urlOf } from './real.ts';

/** Ids of every kind a client may think of; few, so that commands meet. */
const IDS = ['a', '5511999999999@s.whatsapp.net', '{1}:x', 'é 😀*'];

const ERROR = 'it did not work';

function cancel(id: string): Command {
  return transition(`cancel(${id})`, async (model, { store }) => {
    const expected = model.cancel(id);
    const cancelling = store.messages.cancel(id);
    if (expected === 'not-found') expect(await refusal(cancelling)).to.equal('message-not-found');
    else expect(await cancelling).to.deep.equal({ inFlight: expected === 'cancelled-in-flight' });
  });
}

/** A claim, its limit and lease, and what it may take of each of the two receivers. */
interface Claim {
  readonly neighbour: string;
  readonly limit: number;
  readonly leaseMs: number;
  /** `undefined`: any number. */
  readonly places: readonly [number, number] | undefined;
  readonly deferMs: number;
  readonly ids: readonly string[];
}

function claim(asked: Claim): Command {
  return transition(`claim(${JSON.stringify(asked)})`, async (model, real) => {
    const { store, client, claims } = real;
    const { limit, leaseMs, deferMs, ids } = asked;
    const partition = store.keys.partitionOf(asked.neighbour);
    const inPartition = (id: string) => store.keys.partitionOf(id) === partition;
    const mine = ids.filter(inPartition);
    real.tokens += 1;
    const terms = asked.places && toTerms(asked.places, deferMs, mine);
    const request = { partition, limit, leaseMs, token: `token-${real.tokens}` };
    const claiming = terms === undefined ? request : { ...request, terms };
    // A `notAfter` of this very millisecond has passed.
    await pass(client, await redisNow(client));
    const before = await redisNow(client);
    const rules = { inPartition, limit, originOf: originOfId, ...toRules(terms) };
    const expected = model.claimable(rules, before);
    const batch = await store.leases.claim(claiming);
    const after = await redisNow(client);
    const took = ({ messages, deferred }: ClaimBatch) => ({
      taken: messages.map(({ id }) => id),
      deferred: deferred.map(({ id }) => id),
    });
    expect(took(batch)).to.deep.equal(expected);
    for (const message of batch.messages) {
      const leaseUntil = Number(await client.hget(store.keys.message(message.id), 'leaseUntil'));
      expect(leaseUntil).to.be.within(before + leaseMs, after + leaseMs);
      model.claim(message.id, request.token, leaseUntil);
      claims.push(message);
    }
    for (const { id, origin } of batch.deferred) {
      expect(origin).to.equal(originOfId(id));
      const until = await indexed(real, id);
      expect(until).to.be.within(before + deferMs, after + deferMs);
      model.defer(id, until);
    }
    // Once its lease is over, a repeat is a claim like any other.
    if (leaseMs < HOUR_MS) return pass(client, after + leaseMs);
    expect(took(await store.leases.claim(claiming))).to.deep.equal(expected);
  });
}

const originOfId = (id: string) => originOf(urlOf(id));

function toTerms(
  [odd, even]: readonly [number, number],
  deferMs: number,
  ids: readonly string[],
): ClaimTerms {
  const standard = { places: odd, deferMs };
  return { standard, origins: new Map([[originOfId('aa'), { places: even, deferMs }]]), ids };
}

function toRules(terms: ClaimTerms | undefined) {
  if (terms === undefined) return { quotas: new Map<string, number>(), ids: [] };
  const { standard, origins, ids } = terms;
  const quotas = new Map([...origins].map(([origin, { places }]) => [origin, places]));
  return { quotas: quotas.set(originOfId('a'), standard.places), ids };
}

/** Where a message stands in the due index. */
async function indexed({ store, client }: Real, id: string): Promise<number> {
  return Number(await client.zscore(store.keys.dueIndex(store.keys.partitionOf(id)), id));
}

/** @param pick which claim to settle, counted back from the last: old tokens are tried as well */
function settle(pick: number, settlement: Settlement, twice: boolean): Command {
  const name = `${settlement.kind}(claim −${pick}${twice ? ', twice' : ''})`;
  return transition(name, async (model, real) => {
    const { claims } = real;
    const claimed = claims[claims.length - 1 - (pick % claims.length)];
    if (claimed === undefined) return;
    await settleOnce(model, real, claimed, settlement);
    if (twice) await settleOnce(model, real, claimed, settlement);
  });
}

async function settleOnce(
  model: Model,
  real: Real,
  claimed: ClaimedMessage,
  settlement: Settlement,
): Promise<void> {
  const { store, client } = real;
  const { id, claimToken } = claimed;
  const expected = model.standing(id, claimToken, settlement.kind);
  const held = model.messages.get(id)?.status === 'delivering' && expected !== 'lost-claim';
  const before = await redisNow(client);
  expect(await store.leases.settle(claimed, settlement, RECORD)).to.equal(expected);
  const after = await redisNow(client);
  if (!held) return;
  const field = settlement.kind === 'fail' ? 'failedAt' : 'dueAt';
  const at = Number(await client.hget(store.keys.message(id), field));
  const delay = settlement.kind === 'retry' ? settlement.delayMs : 0;
  if (settlement.kind === 'retry' || settlement.kind === 'fail') {
    expect(at).to.be.within(before + delay, after + delay);
  }
  model.settle(id, claimToken, settlement, at - delay);
  if (settlement.kind === 'release' && settlement.deferMs !== undefined) {
    const until = await indexed(real, id);
    expect(until).to.be.within(before + settlement.deferMs, after + settlement.deferMs);
    model.defer(id, until);
  }
}

/** Something outside removes index entries or a shadow key; the audit must mend it. */
function loseAndAudit(id: string, lost: 'index' | 'shadow'): Command {
  return transition(`lose ${lost} of ${id}, audit`, async (model, { store, client }) => {
    const partition = store.keys.partitionOf(id);
    if (lost === 'shadow') await client.del(store.keys.shadow(id));
    else {
      await client.zrem(store.keys.dueIndex(partition), id);
      await client.zrem(store.keys.failedIndex(partition), id);
      if (model.messages.has(id)) model.armedAsDue(id);
    }
    await auditAll(store);
  });
}

function purge(): Command {
  return transition('purge', async (model, { store, client }) => {
    await pass(client, (await redisNow(client)) + 1);
    model.purgeFailed();
    await store.upkeep.purge(0, 1000);
  });
}

const RECORD = { attempt: 1, outcome: 'x', statusCode: 0, lateness: 0, duration: 0, error: '' };

const id = fc.constantFrom(...IDS);
const onConflict = fc.constantFrom('ignore' as const, 'replace' as const);
const offset = fc.oneof(fc.integer({ min: -10_000, max: -1 }), fc.constant(HOUR_MS));
const settlement: fc.Arbitrary<Settlement> = fc.oneof(
  fc.constant({ kind: 'complete' } as const),
  fc.constant({ kind: 'release' } as const),
  fc.constant({ kind: 'release', deferMs: HOUR_MS } as const),
  fc.constant({ kind: 'fail', error: ERROR } as const),
  fc.constantFrom(0, HOUR_MS).map((delayMs) => ({ kind: 'retry', delayMs, error: ERROR }) as const),
);

const changes: fc.Arbitrary<RelativeChanges> = fc.record(
  {
    dueIn: offset,
    payload: fc.constantFrom('1', '{"n":1.0}'),
    method: fc.constantFrom('PUT' as const, 'DELETE' as const),
    notAfterIn: fc.constantFrom(-20_000, 0, 2 * HOUR_MS),
    remove: fc.subarray(['method', 'notAfter'] as const),
  },
  { requiredKeys: [] },
);

/** Every command, at random; schedule twice as often, so that there is something to work on. */
export const commands = [
  fc.tuple(id, offset).map((args) => schedule(...args, 'refuse')),
  fc.tuple(id, offset, onConflict).map((args) => schedule(...args)),
  fc
    .tuple(
      fc.array(fc.tuple(id, offset), { minLength: 2, maxLength: 4 }),
      fc.oneof(fc.constant('refuse' as const), onConflict),
    )
    .map((args) => scheduleAll(...args)),
  fc.tuple(id, changes).map((args) => reschedule(...args)),
  id.map(fire),
  id.map(replay),
  id.map(cancel),
  fc
    .record({
      neighbour: id,
      limit: fc.integer({ min: 1, max: 4 }),
      leaseMs: fc.constantFrom(1, HOUR_MS),
      places: fc.option(fc.tuple(fc.nat(2), fc.nat(2)), { nil: undefined }),
      deferMs: fc.constantFrom(1, HOUR_MS),
      ids: fc.uniqueArray(id),
    })
    .map(claim),
  fc.tuple(fc.nat(3), settlement, fc.boolean()).map((args) => settle(...args)),
  fc.tuple(id, fc.constantFrom('index' as const, 'shadow' as const)).map((a) => loseAndAudit(...a)),
  fc.constant(purge()),
];
