import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { decodeReply } from '../../scripts/lib/resp.mjs';

/** Speaks the protocol of Redis and does nothing: for replies of versions that cannot be had here. */
export interface StubRedis {
  readonly port: number;
  /** Every command it was sent, its words joined by spaces. */
  readonly commands: readonly string[];
  /** Breaks off every connection. */
  cut(): void;
  close(): Promise<void>;
}

/** @param reply to a command, as it goes over the wire */
export async function startStubRedis(reply: (command: string) => string): Promise<StubRedis> {
  const commands: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    let unread = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      unread = Buffer.concat([unread, chunk]);
      for (let whole = decodeReply(unread); whole !== undefined; whole = decodeReply(unread)) {
        unread = unread.subarray(whole.end);
        const command = [whole.reply].flat().join(' ');
        commands.push(command);
        socket.write(reply(command));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    commands,
    cut,
    close: async () => {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
