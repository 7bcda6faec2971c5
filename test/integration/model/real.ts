import { expect } from 'chai';
import type fc from 'fast-check';
import type { Redis } from 'ioredis';
import { DomainError } from '../../../src/domain/errors.ts';
import type { ClaimedMessage } from '../../../src/domain/message.ts';
import type { Store } from '../../../src/store/store.ts';
import { readState, redisNow } from '../../support/redis-state.ts';
import { until } from '../../support/until.ts';
import { attention, type Model, type ModelMessage } from './model.ts';

/** The system under test, and what a client of it remembers. */
export interface Real {
  readonly store: Store;
  readonly client: Redis;
  /** Every claim ever made, so that old tokens are tried as well. */
  readonly claims: ClaimedMessage[];
  tokens: number;
}

export type Command = fc.AsyncCommand<Model, Real>;

/** A command that runs a transition on both sides, and then compares everything. */
export function transition(
  name: string,
  act: (model: Model, real: Real) => Promise<void>,
): Command {
  return {
    check: () => true,
    run: async (model, real) => {
      await act(model, real);
      await compare(model, real);
    },
    toString: () => name,
  };
}

/** Compares all of Redis with the model. */
export async function compare(model: Model, { store, client }: Real): Promise<void> {
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
  const delivering = pending.filter(({ status }) => status === 'delivering');
  expect(state.delivering).to.deep.equal(
    Object.fromEntries(delivering.map((message) => [message.id, message.leaseUntil])),
  );
  const future = pending.filter((message) => (attention(message) ?? 0) > now + 1000);
  for (const message of future) expect(state.shadows[message.id]).to.equal(attention(message));
  for (const { id } of failed) expect(state.shadows).not.to.have.property(id);
  expect(state.logged).to.equal(model.logged);
}

function toHash(message: ModelMessage) {
  const { id, status, attempt, dueAt, deferredUntil: _inIndex, ...optional } = message;
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
const OTHER_FIELDS = ['scheduleTo', 'webhookUrl', 'createdAt'];

/** The fields of a hash that the state machine changes, one left over by mistake included. */
function machineFields(hash: Record<string, string> = {}): Record<string, string> {
  const entries = Object.entries(hash).filter(([name]) => !OTHER_FIELDS.includes(name));
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name === 'attempts' ? countEntries(value) : value]),
  );
}

/** How many attempts a history holds; it must be JSON once brackets are put around it. */
function countEntries(history: string): string {
  const entries = JSON.parse(`[${history}]`) as { at: number; attempt: number }[];
  for (const { at, attempt } of entries) expect([at, attempt]).to.satisfy(areWhole);
  return String(entries.length);
}

function areWhole(numbers: number[]): boolean {
  return numbers.every(Number.isSafeInteger);
}

export async function pass(client: Redis, moment: number): Promise<void> {
  await until('Redis time passes', async () => (await redisNow(client)) > moment);
}

/** The code a promise is refused with; `undefined` when it is not. */
export function refusal(promise: Promise<unknown>): Promise<string | undefined> {
  return promise.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof DomainError) return error.code;
      throw error;
    },
  );
}

/** Where a message goes: ids of an odd length to the one receiver, the others to the other. */
export function urlOf(id: string): string {
  return id.length % 2 === 1 ? 'http://127.0.0.1:9/hook' : 'https://Example.com:443/hook';
}
