import { once } from 'node:events';
import type { ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Got, Request, Response } from 'got';
import type { ClaimedMessage } from '../domain/message.ts';
import type { Outcome } from '../domain/outcome.ts';
import { readAnswer } from './answer.ts';
import { type Agents, type ConnectionsOptions, createAgents } from './connections.ts';
import { toFailure } from './failures.ts';
import { webhookHeaders } from './headers.ts';
import { leanGot } from './lean-got.ts';
import type { Signer } from './signer.ts';

export interface WebhookClientOptions {
  /** A whole attempt, from connecting to the last byte of the answer, takes no longer than this, in ms. */
  readonly timeoutMs: number;
  readonly connections: ConnectionsOptions;
  readonly signer: Signer;
}

/** Sends webhooks: one request per attempt, never redirected, never repeated by itself. */
export class WebhookClient {
  private readonly timeoutMs: number;
  private readonly http: Got;
  private readonly agents: Agents;
  private readonly signer: Signer;

  constructor({ timeoutMs, connections, signer }: WebhookClientOptions) {
    this.timeoutMs = timeoutMs;
    this.signer = signer;
    this.agents = createAgents(connections);
    this.http = leanGot(this.agents);
  }

  /**
   * Makes one attempt. Never rejects: whatever happens is an outcome.
   * @param signal aborting it ends the attempt as `interrupted`
   */
  async deliver(message: ClaimedMessage, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return interrupted();
    const { timeoutMs = this.timeoutMs } = message;
    let cut: Cut | undefined;
    try {
      const request = this.send(message);
      cut = cutWhenOver(request, timeoutMs, signal);
      const [response] = (await once(request, 'response')) as [Response];
      return await readAnswer(request, response);
    } catch (error) {
      return cut?.outcome() ?? toFailure(error);
    } finally {
      cut?.cancel();
    }
  }

  /** Closes idle connections. */
  close(): void {
    this.agents.http.destroy();
    this.agents.https.destroy();
  }

  private send(message: ClaimedMessage): Request {
    const { webhookUrl, method = 'POST' } = message;
    const hasBody = method !== 'GET';
    const headers = webhookHeaders(message);
    const body = hasBody ? message.payload : '';
    Object.assign(headers, this.signer.headers(headers['webhook-id'], body, Date.now()));
    const request = this.http.stream(webhookUrl, {
      method,
      ...(hasBody ? { body } : {}),
      headers,
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

/** The end of an attempt from our side. */
interface Cut {
  /** What the attempt came to, when it was us who ended it. */
  outcome(): Outcome | undefined;
  cancel(): void;
}

/**
 * Ends a request when its time is over or when `signal` aborts: a timer and a listener, where got's own
 * limits and signals would cost a tenth of the whole attempt.
 */
function cutWhenOver(request: Request, timeoutMs: number, signal: AbortSignal): Cut {
  let outcome: Outcome | undefined;
  const end = (why: Outcome & { readonly error: string }) => {
    outcome = why;
    request.destroy(new Error(why.error));
  };
  const abort = () => end(interrupted());
  const timer = setTimeout(() => {
    end({ kind: 'timeout', error: `no complete answer within ${timeoutMs} ms` });
  }, timeoutMs);
  signal.addEventListener('abort', abort);
  return {
    outcome: () => outcome,
    cancel: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    },
  };
}

function interrupted() {
  return { kind: 'interrupted', error: 'the service is stopping' } as const;
}
