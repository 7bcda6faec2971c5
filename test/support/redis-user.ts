import type { Redis } from 'ioredis';
import { logInAs, smallestUser } from '../../scripts/harness/redis-user.ts';

/**
 * Who services, stores and tools are at the Redis servers of tests: the least of users, so that everything
 * tested is proven to need no more. What a test itself does there it does as the default user.
 */
export const USER = smallestUser();

/** Prefixes that tests set: as the file says, one goes after each ~. */
const PREFIXES = ['', 'app:', 'copy:', 'n:', 'other:'];

const keysWithPrefixes = (word: string) =>
  word.startsWith('~') ? PREFIXES.map((prefix) => `~${prefix}${word.slice(1)}`) : [word];

/** Its words after its name: for one server as for the nodes of a cluster, and for transfers too. */
const WORDS = [...USER.words, ...USER.clusterWords, ...USER.transferWords].flatMap(
  keysWithPrefixes,
);

/** Settings of a redis-server that has that user. */
export const USER_ARGS: readonly string[] = ['--user', USER.name, ...WORDS];

/** Lets that user switch expired-key events on, as the file says. @returns a function that ends that */
export async function permitConfig(client: Redis): Promise<() => Promise<void>> {
  await client.acl('SETUSER', USER.name, ...USER.configWords);
  const taken = USER.configWords.map((word) => word.replace('+', '-'));
  return async () => void (await client.acl('SETUSER', USER.name, ...taken));
}

/** What settings that name no user have to add. */
export function withUser(env: Readonly<Record<string, string>>): Record<string, string> {
  const { REDIS_URL: url = '', REDIS_USERNAME: name, REDIS_PASSWORD: password } = env;
  const namesOne = Boolean(name || password || url.includes('@'));
  return namesOne ? { ...env } : { ...logInAs(USER), ...env };
}
