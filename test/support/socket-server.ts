import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A server that speaks as a test tells it to, below the rules of HTTP. */
export interface SocketServer {
  readonly url: string;
  /** Every connection there has been. */
  readonly sockets: readonly Socket[];
  /** Every request that has come in whole: its head and its body. */
  readonly requests: readonly string[];
  /** Resolves when `count` requests have come in. */
  waitFor(count: number): Promise<void>;
  close(): Promise<void>;
}

/** @param answer called when a request is in; `nth` is 1 for the first of this server */
export async function startSocketServer(
  answer: (socket: Socket, nth: number) => void,
): Promise<SocketServer> {
  const sockets: Socket[] = [];
  const requests: string[] = [];
  const arrivals = new EventTarget();
  const server = createServer((socket) => {
    sockets.push(socket);
    let text = '';
    // Resets are part of the tests.
    socket.on('error', () => undefined);
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      if (text.length < wholeLength(text)) return;
      requests.push(text);
      text = '';
      answer(socket, requests.length);
      arrivals.dispatchEvent(new Event('request'));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    sockets,
    requests,
    waitFor: async (count) => {
      while (requests.length < count) await once(arrivals, 'request');
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** How long a request is whose first part this is. */
function wholeLength(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return Number.POSITIVE_INFINITY;
  const [, length = '0'] = /\r\ncontent-length: (\d+)/i.exec(text) ?? [];
  return head + 4 + Number(length);
}
