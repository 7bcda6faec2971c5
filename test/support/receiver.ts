import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One webhook as it arrived. */
export interface Received {
  readonly id: string;
  readonly attempt: number;
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Wall clock when the last byte was in, epoch ms. */
  readonly at: number;
}

export type Answer = (request: Received, response: ServerResponse) => void;

/** An HTTP server that records every webhook. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Decides what is answered from now on; 204 until set. */
  answerWith(answer: Answer): void;
  /** Resolves when `count` webhooks have arrived in all. Rejects when they have not by the deadline. */
  waitFor(count: number, deadlineMs?: number): Promise<void>;
  /** How often each id arrived. */
  countById(): Map<string, number>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const waiters = new Set<() => void>();
  let answer: Answer = (_request, response) => response.writeHead(204).end();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const entry = toReceived(request, Buffer.concat(chunks).toString());
      received.push(entry);
      answer(entry, response);
      for (const waiter of waiters) waiter();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    answerWith: (next) => {
      answer = next;
    },
    waitFor: (count, deadlineMs = 10_000) => waitForCount(received, waiters, count, deadlineMs),
    countById: () => {
      const counts = new Map<string, number>();
      for (const { id } of received) counts.set(id, (counts.get(id) ?? 0) + 1);
      return counts;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Gives a suite a receiver; each test starts with an empty record and the usual answer. */
export function useReceiver(): { readonly current: Receiver } {
  const holder: { current: Receiver } = { current: undefined as unknown as Receiver };
  before(async () => {
    holder.current = await startReceiver();
  });
  beforeEach(() => {
    holder.current.received.length = 0;
    holder.current.answerWith((_request, response) => response.writeHead(204).end());
  });
  after(() => holder.current.close());
  return holder;
}

function toReceived(request: IncomingMessage, body: string): Received {
  return {
    id: decodeURIComponent(String(request.headers['webhook-id'])),
    attempt: Number(request.headers['webhook-attempt']),
    path: request.url ?? '',
    method: request.method ?? '',
    headers: request.headers,
    body,
    at: Date.now(),
  };
}

function waitForCount(
  received: readonly Received[],
  waiters: Set<() => void>,
  count: number,
  deadlineMs: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const finish = () => {
      if (received.length < count) return;
      clearTimeout(timer);
      waiters.delete(finish);
      resolve();
    };
    const timer = setTimeout(() => {
      waiters.delete(finish);
      reject(new Error(`${received.length} of ${count} webhooks arrived within ${deadlineMs} ms`));
    }, deadlineMs);
    waiters.add(finish);
    finish();
  });
}
