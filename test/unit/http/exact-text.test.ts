import { expect } from 'chai';
import fc from 'fast-check';
import type { Context } from 'koa';
import { exactBody, exactMessages } from '../../../src/http/exact-text.ts';
import { ProblemError } from '../../../src/http/problems.ts';

/** The payload's text of a request with this body, parsed as the server does. */
function textOf(rawBody: string): string {
  const ctx = { request: { rawBody, body: JSON.parse(rawBody) } } as unknown as Context;
  return exactBody(ctx)('payload');
}

/** The payload's text of a request with this payload, other fields around it. */
const textOfPayload = (payload: string) =>
  textOf(`{"id":"a","payload":${payload},"webhookUrl":"http://x/"}`);

describe('http: payload text', () => {
  for (const number of [
    ...['1.0', '-0', '-0.0', '1e5', '1E5', '1e+5', '-1.50e-3', '0.10', '1e400', '100.00'],
    ...['1234567890123456789', '-1234567890123456789', '9007199254740993', '9007199254740992'],
    ...['123456789012345678901234567890', '0.1234567890123456789'],
  ]) {
    it(`keeps ${number} exactly, wherever it stands`, () => {
      for (const payload of [
        number,
        `[${number}]`,
        `[1,${number},2]`,
        `{"n":${number}}`,
        `{"a":{"b":[{"c":${number}}]}}`,
      ]) {
        expect(textOfPayload(payload)).to.equal(payload);
      }
      expect(textOfPayload(`[ 1 ,\n${number} ]`)).to.equal(`[1,${number}]`);
      expect(textOfPayload(`{"n" :\t${number}}`)).to.equal(`{"n":${number}}`);
    });
  }

  for (const payload of ['null', 'true', '0', '-1', '999999999999999', '""', '[]', '{}', '"1.0"']) {
    it(`keeps ${payload}`, () => {
      expect(textOfPayload(payload)).to.equal(payload);
    });
  }

  it('of a duplicate key counts the last, exact numbers or not', () => {
    expect(textOf('{"payload":1,"payload":2}')).to.equal('2');
    expect(textOf('{"payload":1.0,"payload":2.0}')).to.equal('2.0');
    expect(textOf('{"payload":1.0,"payload":2}')).to.equal('2');
    expect(textOfPayload('{"n":1.0,"n":{"m":2.0}}')).to.equal('{"n":{"m":2.0}}');
  });

  it('is not misled by names that mean something in JavaScript', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'toJSON', 'isLosslessNumber']) {
      expect(textOfPayload(`{"${name}":true,"n":1.0}`)).to.equal(`{"${name}":true,"n":1.0}`);
      expect(textOfPayload(`{"${name}":{"n":1.0}}`)).to.equal(`{"${name}":{"n":1.0}}`);
    }
  });

  it('is not misled by text that looks like a number', () => {
    expect(textOfPayload('{"a":"x\\":1.0"}')).to.equal('{"a":"x\\":1.0"}');
    expect(textOfPayload('["[1.0,","ç😀\\u2028"]')).to.equal('["[1.0,","ç😀\u2028"]');
  });

  for (const inner of ['1', '1.0']) {
    it(`refuses what is nested too deeply, around ${inner}`, () => {
      const depth = 100_000;
      const deep = '['.repeat(depth) + inner + ']'.repeat(depth);
      expect(() => textOfPayload(deep))
        .to.throw(ProblemError)
        .with.deep.property('extras', {
          fields: [{ field: 'payload', rule: 'nesting', limit: '' }],
        });
    });
  }

  it('means the same as what the client sent, whatever JSON it is', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('1', '1.0', '12345678901234567'), (json, number) => {
        const payload = `[${json},${number}]`;
        const text = textOfPayload(payload);
        expect(JSON.parse(text)).to.deep.equal(JSON.parse(payload));
        expect(text.endsWith(`,${number}]`)).to.equal(true);
        // Writing it once more changes nothing.
        expect(textOfPayload(text)).to.equal(text);
      }),
    );
  });
});

describe('http: texts of the messages of a batch', () => {
  const LIMIT = 40;

  /** The payloads' texts, or the codes of the refusals. */
  function payloadsOf(rawBody: string): string[] {
    const body = JSON.parse(rawBody) as { messages: unknown[] };
    const messageAt = exactMessages({ request: { rawBody, body } } as unknown as Context, LIMIT);
    return body.messages.map((_, index) => {
      try {
        return messageAt(index)('payload');
      } catch (error) {
        return (error as ProblemError).code;
      }
    });
  }

  it('are exact, each by itself', () => {
    const body = '{"messages":[{"payload":1.0},{"payload":1},{"payload":[12345678901234567]}]}';
    expect(payloadsOf(body)).to.deep.equal(['1.0', '1', '[12345678901234567]']);
  });

  for (const rest of ['', ',1.0']) {
    it(`have a limit of their own${rest && ', with exact numbers too'}`, () => {
      const fits = `["${'x'.repeat(10)}"${rest}]`;
      const large = `["${'é'.repeat(20)}"${rest}]`;
      const body = `{"messages":[{"payload":${large}},{"payload":${fits}}]}`;
      expect(payloadsOf(body)).to.deep.equal(['body-too-large', fits]);
    });
  }

  it('are those of the last member of that name', () => {
    expect(payloadsOf('{"messages":[{"payload":1.0}],"messages":[{"payload":2.0}]}')).to.deep.equal(
      ['2.0'],
    );
  });
});
