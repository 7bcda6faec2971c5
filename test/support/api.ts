import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { expect } from 'chai';
import { TOKEN } from './service.ts';

/** An HTTP answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** A request as it goes over the wire: nothing is added to it and its path is left as it is. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer;
  /** Sends the body without saying how long it is. */
  readonly chunked?: boolean;
}

/** What a problem document of this API holds. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly field: string; readonly detail: string }[];
  readonly redis?: string;
  readonly checks?: Readonly<Record<string, string>>;
}

export const AUTH = { authorization: `Bearer ${TOKEN}` };
export const JSON_TYPE = { 'content-type': 'application/json' };

/** Sends a request on a connection of its own; rejects when the answer is not whole by the deadline. */
export function ask(url: string, asked: Asked, deadlineMs = 5000): Promise<Answer> {
  const { hostname, port } = new URL(url);
  const { method, path, headers = {}, body, chunked = false } = asked;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(deadlineMs);
    const options = { hostname, port, method, path, headers, agent: false, signal };
    const outgoing = request(options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
      });
    });
    outgoing.on('error', reject);
    if (chunked) outgoing.setHeader('transfer-encoding', 'chunked');
    // Node says it by itself only for methods that usually have a body.
    else if (body !== undefined) outgoing.setHeader('content-length', Buffer.byteLength(body));
    outgoing.end(body);
  });
}

/** The API as a client with the token sees it. */
export function apiAt(url: string) {
  return {
    /** `body`: an object goes as JSON, text and bytes as they are. */
    post: (body: object | string | Buffer, headers: OutgoingHttpHeaders = {}) =>
      ask(url, {
        method: 'POST',
        path: '/messages',
        headers: { ...AUTH, ...JSON_TYPE, ...headers },
        body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    get: (path: string) => ask(url, { method: 'GET', path, headers: AUTH }),
    /** Any request; an object goes as JSON. */
    send: (method: string, path: string, body?: object, headers: OutgoingHttpHeaders = {}) =>
      ask(url, {
        method,
        path,
        headers: { ...AUTH, ...JSON_TYPE, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    list: () => ask(url, { method: 'GET', path: '/messages', headers: AUTH }),
    cancel: (id: string) =>
      ask(url, { method: 'DELETE', path: `/messages/${encodeURIComponent(id)}`, headers: AUTH }),
    health: () => ask(url, { method: 'GET', path: '/health' }),
  };
}

export type Api = ReturnType<typeof apiAt>;

/** A body for `POST /messages` that is in order, due in the far future. */
export function messageBody(id: string, over: object = {}) {
  const webhookUrl = 'http://127.0.0.1:9/hook';
  return {
    id,
    scheduleTo: '2099-01-01T00:00:00Z',
    payload: { hello: 'world' },
    webhookUrl,
    ...over,
  };
}

/** The same as text, with a payload that `JSON.stringify` would not write like this. */
export function rawMessageBody(id: string, rawPayload: string, over: object = {}): string {
  const { payload: _payload, ...rest } = messageBody(id, over);
  return `${JSON.stringify(rest).slice(0, -1)},"payload":${rawPayload}}`;
}

/** What every answer must carry, whatever it is about, and what none may. */
export function expectSecured(headers: IncomingHttpHeaders): void {
  expect(headers['cache-control']).to.equal('no-store');
  expect(headers['referrer-policy']).to.equal('no-referrer');
  expect(headers['x-content-type-options']).to.equal('nosniff');
  const policy = headers['content-security-policy'];
  expect(policy)
    .to.match(/^default-src 'none';/)
    .and.match(/frame-ancestors 'none'$/);
  expect(headers).not.to.have.any.keys('x-powered-by', 'server', 'strict-transport-security');
}

/** Holds an answer against what every refusal must be, and returns its problem document. */
export function expectProblem({ status, headers, text }: Answer, expected: number): Problem {
  expect(status, text).to.equal(expected);
  expect(headers['content-type']).to.match(/^application\/problem\+json(; charset=utf-8)?$/);
  expectSecured(headers);
  const problem = JSON.parse(text) as Problem;
  expect(problem.status).to.equal(expected);
  expect(problem.title).to.be.a('string').that.is.not.equal('');
  expect(problem.detail).to.be.a('string').that.is.not.equal('');
  return problem;
}

/** The instant `ms` from now, as `scheduleTo`. */
export function inMs(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}
