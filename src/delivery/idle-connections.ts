import type { Duplex } from 'node:stream';

/** The idle connections of all receivers together: when there are too many, the oldest is closed. */
export class IdleConnections {
  private readonly limit: number;
  private readonly connections = new Set<Duplex>();

  constructor(limit: number) {
    this.limit = limit;
  }

  add(connection: Duplex): void {
    this.connections.add(connection);
    if (this.connections.size <= this.limit) return;
    const [oldest] = this.connections;
    if (oldest === undefined) return;
    this.connections.delete(oldest);
    oldest.destroy();
  }

  delete(connection: Duplex): void {
    this.connections.delete(connection);
  }
}
