import { once } from 'node:events';
import { connect } from 'node:net';

/** A bare TCP connection to an HTTP server: what is sent on it, and when, is up to the test. */
export interface OpenConnection {
  write(text: string): void;
  /** Resolves when what has come back contains the text. */
  receives(text: string): Promise<string>;
  /** Resolves with all that came back when the other side has closed the connection. */
  readonly closed: Promise<string>;
  destroy(): void;
}

export async function openConnection(url: string): Promise<OpenConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let received = '';
  const listeners = new Set<() => void>();
  socket.setEncoding('utf8').on('data', (text: string) => {
    received += text;
    for (const listener of listeners) listener();
  });
  // A reset is a close as well.
  socket.on('error', () => undefined);
  const closed = new Promise<string>((resolve) => socket.once('close', () => resolve(received)));
  await once(socket, 'connect');
  return {
    write: (text) => void socket.write(text),
    receives: (text) =>
      new Promise((resolve, reject) => {
        const look = () => received.includes(text) && resolve(received);
        listeners.add(look);
        look();
        void closed.then(() => reject(new Error(`closed after ${JSON.stringify(received)}`)));
      }),
    closed,
    destroy: () => void socket.destroy(),
  };
}
