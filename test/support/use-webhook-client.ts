import type { Socket } from 'node:net';
import { expect } from 'chai';
import type { ConnectionsOptions } from '../../src/delivery/connections.ts';
import { systemResolve } from '../../src/delivery/name-lookups.ts';
import { Signer, type SignerOptions } from '../../src/delivery/signer.ts';
import { WebhookClient } from '../../src/delivery/webhook-client.ts';
import { type DestinationPolicy, Destinations } from '../../src/domain/destinations.ts';
import type { ClaimedMessage } from '../../src/domain/message.ts';
import type { Outcome } from '../../src/domain/outcome.ts';
import { type SocketServer, startSocketServer } from './socket-server.ts';

/** What may never come of an attempt, whatever the other side does. */
const ESCAPES = ['unhandledRejection', 'uncaughtExceptionMonitor', 'warning'] as const;

/** What a test wants to be different of a client. */
export interface ClientUnderTest extends Partial<Omit<ConnectionsOptions, 'destinations'>> {
  readonly timeoutMs?: number;
  readonly signing?: Partial<SignerOptions>;
  readonly policy?: Partial<DestinationPolicy>;
}

const EMPTY = 'content-length: 0\r\n\r\n';

/** An HTTP answer without a body. */
export function plain(status: string, headers = ''): string {
  return `HTTP/1.1 ${status}\r\n${headers}${EMPTY}`;
}

/** A client that may go anywhere in private networks, unless told otherwise. */
export function webhookClient({
  timeoutMs = 5000,
  signing = {},
  policy = {},
  ...connections
}: ClientUnderTest = {}): WebhookClient {
  const lists = { allowCidrs: [], denyCidrs: [], allowHosts: [] };
  return new WebhookClient({
    timeoutMs,
    signer: new Signer({ secrets: [], ed25519Keys: [], ...signing }),
    connections: {
      destinations: new Destinations({ networks: 'private', ...lists, ...policy }),
      resolve: systemResolve,
      connectTimeoutMs: 5000,
      kept: 4,
      proxy: undefined,
      ...connections,
    },
  });
}

/** A claimed message for that URL. */
export function claimedFor(webhookUrl: string): ClaimedMessage {
  return {
    id: 'a',
    webhookUrl,
    payload: '{"hello":"world"}',
    attempt: 1,
    scheduledFor: Date.parse('2026-01-01T00:00:00Z'),
    claimLateness: 0,
    expired: false,
    claimToken: 'token',
  };
}

/**
 * Gives a suite a client, new for each test, and a server that answers as the test says. Fails a test
 * whose attempts let anything escape to the process.
 */
export function useWebhookClient() {
  let client: WebhookClient;
  let server: SocketServer | undefined;
  const escaped: unknown[] = [];
  const note = (what: unknown) => void escaped.push(what);
  before(() => {
    for (const event of ESCAPES) process.on(event, note);
  });
  beforeEach(() => {
    client = webhookClient();
  });
  afterEach(async () => {
    client.close();
    await server?.close();
    server = undefined;
    expect(escaped).to.deep.equal([]);
  });
  after(() => {
    for (const event of ESCAPES) process.off(event, note);
  });
  return {
    /** Makes one attempt at a URL. */
    deliver: (url: string, signal = new AbortController().signal) =>
      client.deliver(claimedFor(url), signal),
    /** Makes one attempt of such a message. */
    deliverWith: (message: Partial<ClaimedMessage>, url: string) =>
      client.deliver({ ...claimedFor(url), ...message }, new AbortController().signal),
    /** Makes one attempt at a server that does this with a request; `nth` is 1 for its first. */
    async deliverTo(
      answer: (socket: Socket, nth: number) => void,
      signal = new AbortController().signal,
    ): Promise<Outcome> {
      await server?.close();
      server = await startSocketServer(answer);
      return client.deliver(claimedFor(server.url), signal);
    },
    /** From now on attempts may take only so long. */
    limit(timeoutMs: number): void {
      client = webhookClient({ timeoutMs });
    },
    /** From now on attempts are made by a client like this. */
    use(options: ClientUnderTest): void {
      client.close();
      client = webhookClient(options);
    },
    /** The server that `deliverTo` started. */
    server(): SocketServer {
      if (server === undefined) throw new Error('no server was started');
      return server;
    },
    close: () => client.close(),
  };
}
