import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { type RedisServer, startRedisServer } from '../../scripts/lib/redis-server.mjs';

/** A redis-server that can go away and come back, at the same port and with its data. */
export interface DurableRedis {
  readonly port: number;
  /** Reconnects by itself; its commands wait while the server is away. */
  readonly client: Redis;
  /** Starts the server, unless it runs. */
  up(): Promise<void>;
  /** Stops the server with SIGTERM. */
  down(): Promise<void>;
  /** Stops the server's work with SIGSTOP: connections stay open and nothing is answered. */
  pause(): void;
  /** Ends a pause. */
  resume(): void;
  /** Ends the server and the client for good and removes the data. */
  remove(): Promise<void>;
}

/** Makes a durable Redis on a free loopback port; it is not running until `up`. */
export async function durableRedis(): Promise<DurableRedis> {
  const dir = mkdtempSync(path.join(tmpdir(), 'agendamento-durable-'));
  const port = await freePort();
  const args = ['--appendonly', 'yes', '--appendfsync', 'always'];
  const retryStrategy = () => 20;
  const client = new Redis({
    host: '127.0.0.1',
    port,
    protocol: 2,
    lazyConnect: true,
    retryStrategy,
  });
  // While the server is away every try to reconnect reports an error; that is what the test is about.
  client.on('error', () => undefined);
  let server: RedisServer | undefined;
  const signal = (name: NodeJS.Signals) => void server?.process.kill(name);
  const down = async () => {
    signal('SIGCONT');
    await server?.stop();
    server = undefined;
  };
  return {
    port,
    client,
    up: async () => {
      server ??= await startRedisServer({ dir, port, args });
    },
    down,
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    remove: async () => {
      client.disconnect();
      await down();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
