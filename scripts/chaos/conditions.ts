import type { Redis } from 'ioredis';
import { logInAs, smallestUser } from '../harness/redis-user.ts';
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

const configRefused: Condition = {
  name: 'config-refused',
  what: 'Redis permits everything but CONFIG',
  redisArgs: ['--user', 'managed', 'on', `>${PASSWORD}`, '~*', '&*', '+@all', '-config'],
  env: { REDIS_USERNAME: 'managed', REDIS_PASSWORD: PASSWORD },
  struck: async (client) => ((await client.acl('LOG')) as unknown[]).length,
};

const user = smallestUser();

const smallestAcl: Condition = {
  name: 'smallest-user',
  what: 'a Redis user with the rights of config/redis-acl.conf and no others',
  redisArgs: ['--user', user.name, ...user.words],
  clusterArgs: user.clusterWords,
  env: logInAs(user),
  struck: async (client) => {
    const clients = String(await client.client('LIST'));
    return clients.split(`user=${user.name}`).length - 1;
  },
};

export const CONDITIONS: readonly Condition[] = [scriptFlush, configRefused, smallestAcl];
