import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy that takes CONNECT, and connects whatever the name to this machine. */
export interface ConnectProxy {
  /** With user name and password. */
  readonly url: string;
  /** What it was asked, heads whole. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

export interface ConnectProxyOptions {
  /** Where it connects to; the port it is asked for, unless given. */
  readonly port?: number;
  /** What it answers instead of connecting: a whole answer. */
  readonly refusal?: string;
}

export async function startConnectProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const requests: string[] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined);
    socket.once('data', (head) => {
      requests.push(head.toString());
      if (options.refusal === undefined) joinTo(socket, options.port ?? portIn(head.toString()));
      else socket.end(options.refusal);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://me:pass%20word@127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function joinTo(socket: Socket, port: number): void {
  const onward = connect(port, 'localhost', () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(onward).pipe(socket);
  });
  onward.on('error', () => socket.destroy());
  socket.on('close', () => onward.destroy());
}

function portIn(head: string): number {
  const [, port] = /^CONNECT \S+:(\d+) /.exec(head) ?? [];
  return Number(port);
}
