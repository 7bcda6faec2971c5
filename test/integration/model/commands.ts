import { expect } from 'chai';
import fc from 'fast-check';
import type { ClaimedMessage } from '../../../src/domain/message.ts';
import type { Settlement } from '../../../src/domain/settlement.ts';
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
import { type Command, pass, type Real, refusal, transition } from './real.ts';

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

function claim(neighbour: string, limit: number, leaseMs: number): Command {
  const name = `claim(near ${neighbour}, ${limit}, lease ${leaseMs})`;
  return transition(name, async (model, real) => {
    const { store, client, claims } = real;
    const partition = store.keys.partitionOf(neighbour);
    const inPartition = (id: string) => store.keys.partitionOf(id) === partition;
    real.tokens += 1;
    const request = { partition, limit, leaseMs, token: `token-${real.tokens}` };
    const before = await redisNow(client);
    const expected = model.claimable(inPartition, limit, before);
    const { messages } = await store.leases.claim(request);
    const after = await redisNow(client);
    expect(messages.map(({ id }) => id)).to.deep.equal(expected);
    for (const message of messages) {
      const leaseUntil = Number(await client.hget(store.keys.message(message.id), 'leaseUntil'));
      expect(leaseUntil).to.be.within(before + leaseMs, after + leaseMs);
      model.claim(message.id, request.token, leaseUntil);
      claims.push(message);
    }
    // Once its lease is over, a repeat is a claim like any other.
    if (leaseMs < HOUR_MS) return pass(client, after + leaseMs);
    const repeated = await store.leases.claim(request);
    expect(repeated.messages.map(({ id }) => id)).to.deep.equal(expected);
  });
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
  { store, client }: Real,
  claimed: ClaimedMessage,
  settlement: Settlement,
): Promise<void> {
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
}

/** Something outside removes index entries or a shadow key; the audit must mend it. */
function loseAndAudit(id: string, lost: 'index' | 'shadow'): Command {
  return transition(`lose ${lost} of ${id}, audit`, async (_model, { store, client }) => {
    const partition = store.keys.partitionOf(id);
    if (lost === 'shadow') await client.del(store.keys.shadow(id));
    else {
      await client.zrem(store.keys.dueIndex(partition), id);
      await client.zrem(store.keys.failedIndex(partition), id);
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
    .tuple(id, fc.integer({ min: 1, max: 4 }), fc.constantFrom(1, HOUR_MS))
    .map((args) => claim(...args)),
  fc.tuple(fc.nat(3), settlement, fc.boolean()).map((args) => settle(...args)),
  fc.tuple(id, fc.constantFrom('index' as const, 'shadow' as const)).map((a) => loseAndAudit(...a)),
  fc.constant(purge()),
];
