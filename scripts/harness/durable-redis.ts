import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../lib/free-port.mjs';
import { CONF, type RedisServer, startRedisServer } from '../lib/redis-server.mjs';

/** A redis-server that can go away and come back, at the same port and with its data. */
export interface DurableRedis {
  readonly port: number;
  /** Its data directory; the server's log is `redis.log` in it. */
  readonly dir: string;
  /** Reconnects by itself; its commands wait while the server is away. */
  readonly client: Redis;
  isUp(): boolean;
  /** Starts the server, unless it runs. */
  up(): Promise<void>;
  /** Stops the server with SIGTERM. */
  down(): Promise<void>;
  /** Kills the server with SIGKILL. */
  crash(): Promise<void>;
  /** Stops the server's work with SIGSTOP: connections stay open and nothing is answered. */
  pause(): void;
  /** Ends a pause. */
  resume(): void;
  /** Ends the server and the client for good and removes the data. */
  remove(): Promise<void>;
}

export interface DurableRedisOptions {
  /** A free one unless given. */
  readonly port?: number;
  /** Settings on top of the project's redis.conf; every write reaches the disk unless given. */
  readonly args?: readonly string[];
  /** Variables on top of our own environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export const EVERY_WRITE_ON_DISK: readonly string[] = [
  '--appendonly',
  'yes',
  '--appendfsync',
  'always',
];

/** Makes a durable Redis on a loopback port; it is not running until `up`. */
export async function durableRedis(options: DurableRedisOptions = {}): Promise<DurableRedis> {
  const { port = await freePort(), args = EVERY_WRITE_ON_DISK, env = {} } = options;
  const dir = mkdtempSync(path.join(tmpdir(), 'agendamento-durable-'));
  // A copy of its own: sentinels have a server write its new role into its configuration file.
  const conf = path.join(dir, 'redis.conf');
  copyFileSync(CONF, conf);
  const client = connect(port);
  let server: RedisServer | undefined;
  const signal = (name: NodeJS.Signals) => void server?.process.kill(name);
  const down = async () => {
    signal('SIGCONT');
    await server?.stop();
    server = undefined;
  };
  const crash = async () => {
    signal('SIGKILL');
    await server?.exited;
    server = undefined;
  };
  return {
    port,
    dir,
    client,
    isUp: () => server !== undefined,
    up: async () => {
      server ??= await startRedisServer({ dir, port, conf, args, env });
    },
    down,
    crash,
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    remove: async () => {
      client.disconnect();
      await crash();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A client that connects with its first command, and again for as long as it takes. */
function connect(port: number): Redis {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    protocol: 2,
    lazyConnect: true,
    maxRetriesPerRequest: null,
    retryStrategy: () => 20,
  });
  // While the server is away every try to reconnect reports an error; that is what it is for.
  client.on('error', () => undefined);
  return client;
}
