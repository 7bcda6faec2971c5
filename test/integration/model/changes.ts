import { expect } from 'chai';
import type { DomainError } from '../../../src/domain/errors.ts';
import type { Method } from '../../../src/domain/message.ts';
import { formatInstant } from '../../../src/domain/schedule-time.ts';
import { redisNow } from '../../support/redis-state.ts';
import { newMessage } from '../../support/store.ts';
import type { OnConflict } from './model.ts';
import { type Command, type Real, refusal, transition, urlOf } from './real.ts';

export const HOUR_MS = 3_600_000;

/** Changes whose times count from the moment they are made. */
export interface RelativeChanges {
  readonly dueIn?: number;
  readonly payload?: string;
  readonly method?: Method;
  readonly notAfterIn?: number;
  readonly remove?: readonly ('method' | 'notAfter')[];
}

export function schedule(id: string, offset: number, onConflict: OnConflict): Command {
  const name = `schedule(${id}, ${offset}, ${onConflict})`;
  return transition(name, async (model, { store, client }) => {
    const dueIn = (await redisNow(client)) + offset;
    const message = newMessage(id, dueIn, { webhookUrl: urlOf(id) });
    const { dueAt, payload } = message;
    const expected = model.schedule({ id, dueAt, payload }, onConflict);
    const scheduling = store.messages.schedule(message, { onConflict });
    if (expected === 'exists') expect(await refusal(scheduling)).to.equal('message-exists');
    else expect(await scheduling).to.equal(expected);
  });
}

/** @param asked ids, which may repeat, and how far off they are due */
export function scheduleAll(
  asked: readonly [id: string, offset: number][],
  onConflict: OnConflict,
): Command {
  const name = `scheduleAll(${JSON.stringify(asked)}, ${onConflict})`;
  return transition(name, async (model, { store, client }) => {
    const now = await redisNow(client);
    const messages = asked.map(([id, offset]) =>
      newMessage(id, now + offset, { webhookUrl: urlOf(id) }),
    );
    const expected = messages.map(({ id, dueAt, payload }) =>
      model.schedule({ id, dueAt, payload }, onConflict),
    );
    const codes = await Promise.all(
      messages.map((message) =>
        store.messages.schedule(message, { onConflict }).catch((error: DomainError) => error.code),
      ),
    );
    expect(codes).to.deep.equal(expected.map((e) => (e === 'exists' ? 'message-exists' : e)));
  });
}

export function reschedule(id: string, changes: RelativeChanges): Command {
  const name = `reschedule(${id}, ${JSON.stringify(changes)})`;
  return transition(name, async (model, { store, client }) => {
    const now = await redisNow(client);
    const { dueIn, notAfterIn, remove = [], ...content } = changes;
    const dueAt = dueIn === undefined ? undefined : now + dueIn;
    const set = {
      ...content,
      ...(notAfterIn === undefined ? {} : { notAfter: now + notAfterIn }),
    };
    // The API never asks for both of one field.
    const removed = remove.filter((field) => !(field in set));
    const due = dueAt === undefined ? {} : { due: { dueAt, scheduleTo: formatInstant(dueAt) } };
    const expected = model.reschedule(id, {
      ...set,
      ...(dueAt === undefined ? {} : { dueAt }),
      remove: removed,
    });
    const changing = store.messages.reschedule(id, { ...set, ...due, remove: removed });
    expect(await refusal(changing)).to.equal(expected);
  });
}

export function fire(id: string): Command {
  return transition(`fire(${id})`, async (model, real) => {
    const expected = model.changeable(id);
    const firing = () => real.store.messages.fire(id);
    if (expected !== undefined) expect(await refusal(firing())).to.equal(expected);
    else {
      const was = model.messages.get(id)?.dueAt ?? 0;
      const { before, dueAt, after } = await dueAfter(real, id, firing);
      expect(dueAt).to.be.within(Math.min(before, was), Math.min(after, was));
      model.fire(id, dueAt);
    }
  });
}

export function replay(id: string): Command {
  return transition(`replay(${id})`, async (model, real) => {
    const expected = model.replayable(id);
    const replaying = () => real.store.messages.replay(id);
    if (expected !== undefined) expect(await refusal(replaying())).to.equal(expected);
    else {
      const { before, dueAt, after } = await dueAfter(real, id, replaying);
      expect(dueAt).to.be.within(before, after);
      model.replay(id, dueAt);
    }
  });
}

/** The due time a transition made up, and Redis time before and after it. */
async function dueAfter({ store, client }: Real, id: string, act: () => Promise<void>) {
  const before = await redisNow(client);
  await act();
  const after = await redisNow(client);
  return { before, dueAt: Number(await client.hget(store.keys.message(id), 'dueAt')), after };
}
