import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A TCP proxy in front of a Redis that can harm chosen connections. */
export interface TcpProxy {
  readonly port: number;
  /** How many connections ever called themselves so, in `CLIENT SETNAME`. */
  connectionsNamed(name: string): number;
  /** From now on nothing gets through on those connections, in either direction; they stay open. */
  swallow(name: string): void;
  /** The same for every connection that says one of these words, now or later, until `heal`. */
  isolate(...words: string[]): void;
  /** Cuts what was swallowed or isolated, so that it connects anew, and lets everything through. */
  heal(): void;
  /**
   * From now on asks about every reply of Redis whether to cut the connection instead of passing it on.
   * What it answers has then been done, and the client cannot know.
   */
  cutReplies(when: (reply: string) => boolean): void;
  /** From now on everything takes that much longer, in ms, either way. */
  slowDown(latencyMs: () => number): void;
  close(): Promise<void>;
}

/** What is done to all connections. */
interface Harm {
  isolated: readonly string[];
  cut: (reply: string) => boolean;
  latencyMs: (() => number) | undefined;
}

export async function startProxy(redisPort: number): Promise<TcpProxy> {
  const links: Link[] = [];
  const harm: Harm = { isolated: [], cut: () => false, latencyMs: undefined };
  const server = createServer((client) => {
    links.push(new Link(client, connect(redisPort, '127.0.0.1'), harm));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const named = (name: string) => links.filter((link) => link.said(name));
  return {
    port: (server.address() as AddressInfo).port,
    connectionsNamed: (name) => named(name).length,
    swallow: (name) => {
      for (const link of named(name)) link.swallowed = true;
    },
    isolate: (...words) => {
      harm.isolated = words;
    },
    heal: () => {
      const silenced = links.filter((link) => link.isSilenced());
      harm.isolated = [];
      for (const link of silenced) link.destroy();
    },
    cutReplies: (when) => {
      harm.cut = when;
    },
    slowDown: (latencyMs) => {
      harm.latencyMs = latencyMs;
    },
    close: async () => {
      for (const link of links) link.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Enough to hold the commands of a connection's first moments. */
const NAME_WINDOW = 4096;

/** A client's connection and ours to Redis. */
class Link {
  swallowed = false;
  private readonly client: Socket;
  private readonly upstream: Socket;
  private readonly harm: Harm;
  /** What the client has said so far, as far as it is needed to tell who it is. */
  private words = '';

  constructor(client: Socket, upstream: Socket, harm: Harm) {
    this.client = client;
    this.upstream = upstream;
    this.harm = harm;
    const request = (chunk: Buffer) => this.listen(chunk);
    const reply = (chunk: Buffer) => this.harm.cut(chunk.toString('latin1')) && this.destroy();
    this.forward(client, upstream, request);
    this.forward(upstream, client, reply);
  }

  said(word: string): boolean {
    return this.words.includes(word);
  }

  isSilenced(): boolean {
    return this.swallowed || this.harm.isolated.some((word) => this.said(word));
  }

  destroy(): void {
    this.client.destroy();
    this.upstream.destroy();
  }

  private listen(chunk: Buffer): void {
    if (this.words.length < NAME_WINDOW) this.words += chunk.toString('latin1');
  }

  /** @param look sees every packet first, and may end the connection */
  private forward(from: Socket, to: Socket, look: (chunk: Buffer) => unknown): void {
    const write = this.delayed((chunk) => to.write(chunk));
    from.on('data', (chunk: Buffer) => {
      look(chunk);
      if (!this.isSilenced() && !to.destroyed) write(chunk);
    });
    from.on('close', () => {
      if (!this.isSilenced()) to.destroy();
    });
    from.on('error', () => from.destroy());
  }

  /** Delays what is to be written, in order, while the proxy is slow. */
  private delayed(write: (chunk: Buffer) => void): (chunk: Buffer) => void {
    let earlier: Promise<void> | undefined;
    return (chunk) => {
      const { latencyMs } = this.harm;
      if (latencyMs === undefined && earlier === undefined) return write(chunk);
      const arrivesAt = performance.now() + (latencyMs?.() ?? 0);
      const last = (earlier ?? Promise.resolve())
        .then(() => delay(Math.max(0, arrivesAt - performance.now())))
        .then(() => write(chunk))
        .finally(() => {
          if (earlier === last) earlier = undefined;
        });
      earlier = last;
    };
  }
}
