import { once } from 'node:events';
import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';
import { type Got, got, type Request, type Response, TimeoutError } from 'got';
import type { ClaimedMessage } from '../domain/message.ts';
import { classifyStatus, type Outcome } from '../domain/outcome.ts';
import { webhookHeaders } from './headers.ts';

export interface WebhookClientOptions {
  /** A whole attempt, from connecting to the last byte of the answer, takes no longer than this, in ms. */
  readonly timeoutMs: number;
  /** Idle connections kept for reuse, per receiver. */
  readonly keptConnections: number;
}

/** An answer's body says nothing we need; past this many bytes the connection is cut. */
const BODY_LIMIT_BYTES = 64 * 1024;

/**
 * An idle connection is closed after this, in ms: long before firewalls on the way forget it, which would
 * cost the next message its attempt.
 */
const IDLE_TIMEOUT_MS = 15_000;

/** Sends webhooks: one request per attempt, never redirected, never repeated by itself. */
export class WebhookClient {
  private readonly http: Got;
  private readonly agents: { http: HttpAgent; https: HttpsAgent };

  constructor({ timeoutMs, keptConnections }: WebhookClientOptions) {
    const pool = { keepAlive: true, maxFreeSockets: keptConnections, timeout: IDLE_TIMEOUT_MS };
    this.agents = { http: new HttpAgent(pool), https: new HttpsAgent(pool) };
    this.http = got.extend({
      agent: this.agents,
      timeout: { request: timeoutMs },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
      decompress: false,
    });
  }

  /**
   * Makes one attempt. Never rejects: whatever happens is an outcome.
   * @param signal aborting it ends the attempt as `interrupted`
   */
  async deliver(message: ClaimedMessage, signal: AbortSignal): Promise<Outcome> {
    try {
      const request = this.send(message, signal);
      const [response] = (await once(request, 'response')) as [Response];
      await discardBody(request);
      return classifyStatus(response.statusCode);
    } catch (error) {
      return classifyFailure(error, signal);
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }

  private send(message: ClaimedMessage, signal: AbortSignal): Request {
    const { webhookUrl, method = 'POST', payload, timeoutMs } = message;
    const request = this.http.stream(webhookUrl, {
      method,
      // A GET has no body.
      ...(method === 'GET' ? {} : { body: payload }),
      ...(timeoutMs === undefined ? {} : { timeout: { request: timeoutMs } }),
      headers: webhookHeaders(message),
      signal,
    });
    // A body that breaks off after the status must not become an uncaught 'error'.
    request.on('error', () => undefined);
    // A 101 is neither a response nor an error to got: it would wait for ever.
    request.on('request', (sent: ClientRequest) => {
      sent.once('upgrade', (_response, socket: Duplex) => {
        socket.destroy();
        request.destroy(new Error('the receiver asked for another protocol'));
      });
    });
    return request;
  }
}

/** Reads an answer's body to its end, to the limit or to its failure; none of them changes the outcome. */
function discardBody(request: Request): Promise<void> {
  return new Promise((resolve) => {
    if (request.destroyed) return resolve();
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      received += chunk.length;
      if (received > BODY_LIMIT_BYTES) request.destroy();
    });
    for (const end of ['end', 'close', 'error']) request.once(end, () => resolve());
  });
}

function classifyFailure(error: unknown, signal: AbortSignal): Outcome {
  const text = error instanceof Error ? error.message : String(error);
  if (signal.aborted) return { kind: 'interrupted', error: text };
  if (error instanceof TimeoutError) return { kind: 'timeout', error: text };
  return { kind: 'unreachable', error: text };
}
