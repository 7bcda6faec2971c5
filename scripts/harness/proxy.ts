import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
  /** What the client has said so far, as far as it is needed to tell who it is. */
  said: string;
  swallowed: boolean;
}

/** A TCP proxy in front of a Redis that can harm chosen connections. */
export interface TcpProxy {
  readonly port: number;
  /** How many connections ever called themselves so, in `CLIENT SETNAME`. */
  connectionsNamed(name: string): number;
  /** From now on nothing gets through on those connections, in either direction; they stay open. */
  swallow(name: string): void;
  close(): Promise<void>;
}

/** Enough to hold the commands of a connection's first moments. */
const NAME_WINDOW = 4096;

export async function startProxy(redisPort: number): Promise<TcpProxy> {
  const links: Link[] = [];
  const server = createServer((client) => {
    const upstream = connect(redisPort, '127.0.0.1');
    const link: Link = { client, upstream, said: '', swallowed: false };
    links.push(link);
    client.on('data', (chunk) => {
      if (link.said.length < NAME_WINDOW) link.said += chunk.toString('latin1');
    });
    forward(client, upstream, link);
    forward(upstream, client, link);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const named = (name: string) => links.filter(({ said }) => said.includes(name));
  return {
    port: (server.address() as AddressInfo).port,
    connectionsNamed: (name) => named(name).length,
    swallow: (name) => {
      for (const link of named(name)) link.swallowed = true;
    },
    close: async () => {
      for (const { client, upstream } of links) {
        client.destroy();
        upstream.destroy();
      }
      server.close();
      await once(server, 'close');
    },
  };
}

function forward(from: Socket, to: Socket, link: Link): void {
  from.on('data', (chunk) => {
    if (!link.swallowed) to.write(chunk);
  });
  from.on('close', () => {
    if (!link.swallowed) to.destroy();
  });
  from.on('error', () => from.destroy());
}
