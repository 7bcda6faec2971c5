import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Arrival } from '../history.ts';

/** What a receiver does with a request. */
export interface Decision {
  readonly status: number;
  /** How long it takes over it. */
  readonly afterMs: number;
}

export type Decide = (id: string, attempt: number) => Decision;

const REFUSAL: Decision = { status: 500, afterMs: 0 };

/** An HTTP server that writes every webhook down. */
export interface Receiver {
  readonly url: string;
  /** Decides what is answered from now on. */
  decideWith(decide: Decide): void;
  /** Answers messages with those ids with 500, until it ends. */
  refuse(ids: readonly string[]): { end(): void };
  close(): Promise<void>;
}

/** @param record gets every webhook as soon as it has arrived whole */
export async function startReceiver(
  record: (arrival: Arrival) => void,
  first: Decide,
): Promise<Receiver> {
  let decide = first;
  let refused: readonly string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const at = Date.now();
      const id = decodeURIComponent(String(request.headers['webhook-id']));
      const attempt = Number(request.headers['webhook-attempt']);
      const { status, afterMs } = refused.includes(id) ? REFUSAL : decide(id, attempt);
      record({ id, payloadId: payloadId(request, chunks), attempt, at, status });
      const answer = () => finish(response, status);
      if (afterMs === 0) answer();
      else setTimeout(answer, afterMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    decideWith: (next) => {
      decide = next;
    },
    refuse: (ids) => {
      refused = ids;
      return {
        end: () => {
          refused = [];
        },
      };
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The sender may be gone by now: that is what the scenarios are about. */
function finish(response: ServerResponse, status: number): void {
  if (!response.destroyed) response.writeHead(status).end();
}

function payloadId(request: IncomingMessage, chunks: readonly Buffer[]): string {
  if (request.method === 'GET') return '';
  return (JSON.parse(Buffer.concat(chunks).toString()) as { id: string }).id;
}
