import { expect } from 'chai';
import {
  AUTH,
  ask,
  expectProblem,
  inMs,
  JSON_TYPE,
  messageBody,
  rawMessageBody,
} from '../support/api.ts';
import { messageKeysLeft } from '../support/message-keys.ts';
import { useReceiver } from '../support/receiver.ts';
import { useService } from '../support/use-service.ts';

const PAST = '2020-01-01T00:00:00Z';

interface Result {
  readonly status: number;
  readonly messageId?: string;
  readonly code?: string;
  readonly errors?: readonly { readonly field: string }[];
}

/** Of a message; a batch may have more. */
const LIMIT = 100_000;

describe('POST /messages/batch', () => {
  const receiver = useReceiver();
  const running = useService({ API_LOCALE: 'en', API_BODY_LIMIT_BYTES: String(LIMIT) });

  const postText = (body: string, headers = {}, query = '') =>
    ask(running.current.service.url, {
      method: 'POST',
      path: `/messages/batch${query}`,
      headers: { ...AUTH, ...JSON_TYPE, ...headers },
      body,
    });
  const post = (body: unknown, headers = {}, query = '') =>
    postText(JSON.stringify(body), headers, query);

  /** Posts a batch, expects 207, and returns the results. */
  async function results(messages: readonly unknown[]): Promise<Result[]> {
    const { status, text } = await post({ messages });
    expect(status, text).to.equal(207);
    return JSON.parse(text).results;
  }

  it('answers 207 with a result for each, in order; a bad one does not spoil the others', async () => {
    const { api, client } = running.current;
    await api.post(messageBody('taken'));
    const found = await results([
      messageBody('a'),
      messageBody('bad', { retry: { backoff: { kind: 'no' } } }),
      messageBody('taken', { payload: 2 }),
      'no object',
      messageBody('late', { scheduleTo: PAST, ifPast: 'reject' }),
      messageBody('b', { scheduleTo: undefined }),
      messageBody('a', { payload: 2 }),
      messageBody('z'),
    ]);
    const codes = found.map(({ status, code }) => [status, code ?? 'none']);
    expect(codes).to.deep.equal([
      [201, 'none'],
      [422, 'invalid-message'],
      [409, 'message-exists'],
      [422, 'invalid-message'],
      [422, 'invalid-message'],
      [422, 'invalid-message'],
      [409, 'message-exists'],
      [201, 'none'],
    ]);
    expect([found[0]?.messageId, found[7]?.messageId]).to.deep.equal(['a', 'z']);
    expect(found[1]?.errors?.map(({ field }) => field)).to.deep.equal(['retry.backoff.kind']);
    expect(found[5]?.errors?.map(({ field }) => field)).to.deep.equal(['scheduleTo']);
    expect(await client.zrange('index:due', 0, '-1')).to.have.members(['a', 'taken', 'z']);
    expect(await client.hget('message:a', 'payload')).to.equal('{"hello":"world"}');
  });

  it('takes 1,000 messages, over the limit of a single body, and sends each once', async () => {
    const due = { scheduleTo: inMs(500), webhookUrl: receiver.current.url };
    const ids = Array.from({ length: 1000 }, (_, n) => `m-${n}`);
    const found = await results(ids.map((id) => messageBody(id, due)));
    expect(found).to.deep.equal(ids.map((messageId) => ({ status: 201, messageId })));
    await receiver.current.waitFor(1000);
    expect([...receiver.current.countById()].sort()).to.deep.equal(ids.map((id) => [id, 1]).sort());
  });

  it('names the field within the item, and one nested too deeply spoils none of the others', async () => {
    const deep = `${'['.repeat(20_000)}${'{"n":1.0}'}${']'.repeat(20_000)}`;
    const text = (id: string, payload: string) => rawMessageBody(id, payload);
    const bad = text('bad', deep);
    const { status, text: answer } = await postText(
      `{"messages":[${text('a', '1.0')},${bad},${text('b', '{"n":[2e0]}')}]}`,
    );
    expect(status, answer).to.equal(207);
    const found: Result[] = JSON.parse(answer).results;
    expect(found.map((result) => result.status)).to.deep.equal([201, 422, 201]);
    expect(found[1]?.errors?.map(({ field }) => field)).to.deep.equal(['payload']);
    const { client } = running.current;
    expect(await client.hget('message:a', 'payload')).to.equal('1.0');
    expect(await client.hget('message:b', 'payload')).to.equal('{"n":[2e0]}');
    expect(await client.exists('message:bad')).to.equal(0);
  });

  it('refuses a message that would be too large alone, exact numbers or not, and no other', async () => {
    const padded = (length: number, rest: string) => `["${'x'.repeat(length)}"${rest}]`;
    for (const rest of ['', ',1.0']) {
      const payloads = [padded(LIMIT, rest), padded(LIMIT / 2, rest), padded(LIMIT, rest)];
      const messages = payloads.map((payload, index) => rawMessageBody(`${index}${rest}`, payload));
      const { text } = await postText(`{"messages":[${messages.join()}]}`);
      const found: Result[] = JSON.parse(text).results;
      expect(found.map(({ status }) => status)).to.deep.equal([413, 201, 413]);
      expect(found[0]?.code).to.equal('body-too-large');
    }
  });

  it('refuses 1,001 as a whole, and an empty one', async () => {
    const many = Array.from({ length: 1001 }, (_, n) => messageBody(`m-${n}`));
    for (const messages of [many, []]) {
      const { errors } = expectProblem(await post({ messages }), 422);
      expect(errors?.map(({ field }) => field)).to.deep.equal(['messages']);
    }
    expect(await messageKeysLeft(running.current.client)).to.deep.equal([]);
  });

  it('refuses a body of another shape', async () => {
    const bodies: [body: unknown, field: string][] = [
      [{}, 'messages'],
      [{ messages: {} }, 'messages'],
      [{ messages: [messageBody('a')], more: 1 }, 'more'],
      [[messageBody('a')], 'body'],
    ];
    for (const [body, field] of bodies) {
      const { errors } = expectProblem(await post(body), 422);
      expect(errors?.map((error) => error.field)).to.deep.equal([field]);
    }
    expectProblem(await postText('{"messages":['), 400);
    expect(await messageKeysLeft(running.current.client)).to.deep.equal([]);
  });

  it('keeps the numbers of each payload exactly', async () => {
    const payloads = ['{"n":1.0}', '12345678901234567890', '[1e5,-0]', '"text"'];
    const due = { scheduleTo: PAST, webhookUrl: receiver.current.url };
    const items = payloads.map((payload, n) => {
      const { payload: _payload, ...rest } = messageBody(`p-${n}`, due);
      return `${JSON.stringify(rest).slice(0, -1)},"payload":${payload}}`;
    });
    expect((await postText(`{"messages":[${items}]}`)).status).to.equal(207);
    await receiver.current.waitFor(payloads.length);
    const bodies = receiver.current.received.map(({ id, body }) => [id, body]).sort();
    expect(bodies).to.deep.equal(payloads.map((payload, n) => [`p-${n}`, payload]));
  });

  it('makes ids for those without one, and counts delays from one moment', async () => {
    const { id: _id, scheduleTo: _at, ...rest } = messageBody('none', { delay: 'PT1H' });
    const found = await results([rest, rest, rest]);
    const ids = found.map(({ messageId }) => String(messageId));
    expect(ids).to.deep.equal([...new Set(ids)].sort());
    const { client } = running.current;
    const scores = await Promise.all(ids.map((id) => client.zscore('index:due', id)));
    expect(new Set(scores).size).to.equal(1);
  });

  it('an Idempotency-Key counts once for each message, those without an id too', async () => {
    const { client } = running.current;
    const { id: _id, ...anonymous } = messageBody('none');
    const body = { messages: [messageBody('a'), anonymous, anonymous, { id: 'bad' }] };
    const send = (content: unknown) => post(content, { 'idempotency-key': 'batch 1' });
    const first = await send(body);
    expect(JSON.parse(first.text).results.map(({ status }: Result) => status)).to.deep.equal([
      201, 201, 201, 422,
    ]);
    expect((await send(body)).text).to.equal(first.text);
    expect(await client.zcard('index:due')).to.equal(3);
    await client.del('message:a');
    const changed = { messages: [messageBody('a', { payload: 'other' }), anonymous] };
    const codes = JSON.parse((await send(changed)).text).results.map(({ code }: Result) => code);
    expect(codes).to.deep.equal(['key-reused', undefined]);
    expect(await client.exists('message:a')).to.equal(0);
  });

  it('takes onConflict for all of them', async () => {
    const { client } = running.current;
    const body = { messages: [messageBody('a'), messageBody('b')] };
    await post({ messages: [messageBody('a', { payload: 'old' })] });
    const ignored = await post(body, {}, '?onConflict=ignore');
    const statuses = (text: string) => JSON.parse(text).results.map(({ status }: Result) => status);
    expect(statuses(ignored.text)).to.deep.equal([200, 201]);
    expect(await client.hget('message:a', 'payload')).to.equal('"old"');
    const replaced = await post(body, {}, '?onConflict=replace');
    expect(statuses(replaced.text)).to.deep.equal([200, 200]);
    expect(await client.hget('message:a', 'payload')).to.equal('{"hello":"world"}');
    expectProblem(await post(body, {}, '?onConflict=merge'), 422);
  });
});
