import type { Redis } from 'ioredis';
import { closeConnection, connectInBackground } from './connection.ts';
import type { Connections, Master } from './connections.ts';

/** One master at a time: always the same server, or whichever one its connections are led to. */
export class SingleMaster implements Connections {
  readonly commands: Redis;
  private readonly master: Master;

  /**
   * @param commands a connection to the master
   * @param createEvents makes another one, for subscribing
   * @param partitions all of them, for it holds every key
   */
  constructor(commands: Redis, createEvents: () => Redis, partitions: readonly number[]) {
    this.commands = commands;
    this.master = { name: 'master', partitions, server: () => commands, createEvents };
  }

  open(): void {
    connectInBackground(this.commands);
  }

  close(): void {
    closeConnection(this.commands);
  }

  masters(): readonly Master[] {
    return [this.master];
  }

  /** There is never a change: the connections find a new master by themselves. */
  onChange(): () => void {
    return () => undefined;
  }
}
