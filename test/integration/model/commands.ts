import { expect } from 'chai';
import fc from 'fast-check';
import type { Redis } from 'ioredis';
import { DomainError } from '../../../src/domain/errors.ts';
import type { ClaimedMessage } from '../../../src/domain/message.ts';
import type { Settlement } from '../../../src/domain/settlement.ts';
import type { Store } from '../../../src/store/store.ts';
import { AUDIT_START } from '../../../src/store/upkeep.ts';
import { readState, redisNow } from '../../support/redis-state.ts';
import { newMessage } from '../../support/store.ts';
import { until } from '../../support/until.ts';
import { attention, type Model } from './model.ts';

/** The system under test, and what a client of it remembers. */
export interface Real {
  readonly store: Store;
  readonly client: Redis;
  /** Every claim ever made, so that old tokens are tried as well. */
  readonly claims: ClaimedMessage[];
  tokens: number;
}

type Command = fc.AsyncCommand<Model, Real>;

/** Ids of every kind a client may think of; few, so that commands meet. */
const IDS = ['a', '5511999999999@s.whatsapp.net', '{1}:x', 'é 😀*'];

const HOUR_MS = 3_600_000;
const ERROR = 'it did not work';

/** A command that runs a transition on both sides, and then compares everything. */
function transition(name: string, act: (model: Model, real: Real) => Promise<void>): Command {
  return {
    check: () => true,
    run: async (model, real) => {
      await act(model, real);
      await compare(model, real);
    },
    toString: () => name,
  };
}

function schedule(id: string, offset: number): Command {
  return transition(`schedule(${id}, ${offset})`, async (model, { store, client }) => {
    const dueAt = (await redisNow(client)) + offset;
    const expected = model.schedule(id, dueAt);
    expect(await refusal(store.messages.schedule(newMessage(id, dueAt)))).to.equal(
      expected === 'exists' ? 'message-exists' : undefined,
    );
  });
}

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
    const { messages } = await store.messages.claim(request);
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
    const repeated = await store.messages.claim(request);
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
  expect(await store.messages.settle(claimed, settlement, RECORD)).to.equal(expected);
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
    let cursor = AUDIT_START;
    do cursor = (await store.upkeep.audit(cursor)).cursor;
    while (cursor !== AUDIT_START);
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

/** Compares all of Redis with the model. */
async function compare(model: Model, { store, client }: Real): Promise<void> {
  const now = await redisNow(client);
  const state = await readState(client, store.keys);
  const pending = [...model.messages.values()].filter(({ status }) => status !== 'failed');
  expect(Object.keys(state.messages).sort()).to.deep.equal([...model.messages.keys()].sort());
  for (const [id, message] of model.messages) {
    expect(machineFields(state.messages[id])).to.deep.equal(toHash(message));
  }
  expect(state.due).to.deep.equal(
    Object.fromEntries(pending.map((message) => [message.id, attention(message)])),
  );
  const failed = [...model.messages.values()].filter(({ status }) => status === 'failed');
  expect(state.failed).to.deep.equal(Object.fromEntries(failed.map((m) => [m.id, m.failedAt])));
  const future = pending.filter((message) => (attention(message) ?? 0) > now + 1000);
  for (const message of future) expect(state.shadows[message.id]).to.equal(attention(message));
  for (const { id } of failed) expect(state.shadows).not.to.have.property(id);
  expect(state.logged).to.equal(model.logged);
}

function toHash(message: Model['messages'] extends Map<string, infer M> ? M : never) {
  const { id, status, attempt, dueAt, ...optional } = message;
  const texts = Object.entries(optional).map(([name, value]) => [name, String(value)]);
  return {
    id,
    status,
    attempt: String(attempt),
    dueAt: String(dueAt),
    ...Object.fromEntries(texts),
  };
}

/** What the client gave and the store keeps for itself, in a message's hash. */
const OTHER_FIELDS = ['scheduleTo', 'webhookUrl', 'payload', 'createdAt', 'request'];

/** The fields of a hash that the state machine changes, one left over by mistake included. */
function machineFields(hash: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(hash).filter(([name]) => !OTHER_FIELDS.includes(name)));
}

async function pass(client: Redis, moment: number): Promise<void> {
  await until('Redis time passes', async () => (await redisNow(client)) > moment);
}

/** The code a promise is refused with; `undefined` when it is not. */
function refusal(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof DomainError) return error.code;
      throw error;
    },
  );
}

const id = fc.constantFrom(...IDS);
const offset = fc.oneof(fc.integer({ min: -10_000, max: -1 }), fc.constant(HOUR_MS));
const settlement: fc.Arbitrary<Settlement> = fc.oneof(
  fc.constant({ kind: 'complete' } as const),
  fc.constant({ kind: 'release' } as const),
  fc.constant({ kind: 'fail', error: ERROR } as const),
  fc.constantFrom(0, HOUR_MS).map((delayMs) => ({ kind: 'retry', delayMs, error: ERROR }) as const),
);

/** Every command, at random; schedule twice as often, so that there is something to work on. */
export const commands = [
  fc.tuple(id, offset).map((args) => schedule(...args)),
  fc.tuple(id, offset).map((args) => schedule(...args)),
  id.map(cancel),
  fc
    .tuple(id, fc.integer({ min: 1, max: 4 }), fc.constantFrom(1, HOUR_MS))
    .map((args) => claim(...args)),
  fc.tuple(fc.nat(3), settlement, fc.boolean()).map((args) => settle(...args)),
  fc.tuple(id, fc.constantFrom('index' as const, 'shadow' as const)).map((a) => loseAndAudit(...a)),
  fc.constant(purge()),
];
