import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../runtime/clock.ts';

/**
 * Lets a server end without cutting answers off and without waiting for clients: `Server.close` alone
 * waits for every connection on which a request may still come.
 */
export class GracefulClose {
  private readonly server: Server;
  /** Open connections and the answer under way on each. */
  private readonly connections = new Map<Socket, ServerResponse | undefined>();
  private closing = false;

  constructor(server: Server) {
    this.server = server;
    server.on('connection', (socket) => {
      this.connections.set(socket, undefined);
      socket.once('close', () => this.connections.delete(socket));
    });
    server.on('request', ({ socket }, response) => {
      this.connections.set(socket, response);
      response.once('close', () => this.answered(socket));
    });
  }

  /** Resolves when every request in progress is answered, or cut off after `timeoutMs`. */
  async close(clock: Clock, timeoutMs: number): Promise<void> {
    if (!this.server.listening) return;
    this.closing = true;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const [socket, response] of this.connections) {
      if (response === undefined) socket.destroy();
      else if (!response.headersSent) response.setHeader('connection', 'close');
    }
    const deadline = clock.after(timeoutMs, () => this.server.closeAllConnections());
    await closed;
    deadline.cancel();
  }

  private answered(socket: Socket): void {
    if (this.connections.has(socket)) this.connections.set(socket, undefined);
    // The rest of a request that was answered early is of no use.
    if (this.closing) socket.destroySoon();
  }
}
