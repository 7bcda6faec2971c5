import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { root } from '../lib/root.mjs';
import { type Repeating, repeat } from './stage/repeat.ts';

/** Something that is so all the time, whatever else happens. */
export interface Condition {
  readonly name: string;
  readonly what: string;
  /** Settings of every Redis. */
  readonly redisArgs?: readonly string[];
  /** What they go on with at a node of a cluster. */
  readonly clusterArgs?: readonly string[];
  /** Settings of every service. */
  readonly env?: Readonly<Record<string, string>>;
  /** Goes on from when Redis runs; not to fail while it is away. */
  readonly disturb?: (client: Redis) => Repeating;
  /** How often it struck, asked at the end. */
  readonly struck: (client: Redis) => Promise<number>;
}

const FLUSH_EVERY_MS = 10;

/** How often Redis ran a command. */
async function callsOf(client: Redis, command: string): Promise<number> {
  const stats = await client.info('commandstats');
  return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0);
}

const scriptFlush: Condition = {
  name: 'script-flush',
  what: 'SCRIPT FLUSH a hundred times a second',
  disturb: (client) => repeat(FLUSH_EVERY_MS, () => client.script('FLUSH').catch(() => undefined)),
  struck: (client) => callsOf(client, 'script\\|flush'),
};

const PASSWORD = 'a-password';

/** What services need to be that user. */
const logIn = (user: string) => ({ REDIS_USERNAME: user, REDIS_PASSWORD: PASSWORD });

const configRefused: Condition = {
  name: 'config-refused',
  what: 'Redis permits everything but CONFIG',
  redisArgs: ['--user', 'managed', 'on', `>${PASSWORD}`, '~*', '&*', '+@all', '-config'],
  env: logIn('managed'),
  struck: async (client) => ((await client.acl('LOG')) as unknown[]).length,
};

/** The words of config/redis-user.acl after `user`, with our password. */
function smallestUser(): string[] {
  const text = readFileSync(path.join(root, 'config/redis-user.acl'), 'utf8');
  const words = /^user (.+)$/m.exec(text)?.[1]?.split(' ') ?? [];
  return words.map((word) => (word.startsWith('>') ? `>${PASSWORD}` : word));
}

const smallestAcl: Condition = {
  name: 'smallest-user',
  what: 'a Redis user with the rights of config/redis-user.acl and no others',
  redisArgs: ['--user', ...smallestUser()],
  // As the file says.
  clusterArgs: ['+cluster|slots', '+cluster|info', '+asking'],
  env: logIn(smallestUser()[0] ?? ''),
  struck: async (client) => {
    const clients = String(await client.client('LIST'));
    return clients.split(`user=${smallestUser()[0]}`).length - 1;
  },
};

export const CONDITIONS: readonly Condition[] = [scriptFlush, configRefused, smallestAcl];
