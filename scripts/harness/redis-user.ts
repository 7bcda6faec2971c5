import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.mjs';

/** What config/redis-acl.conf has, for a server of ours. */
export interface SmallestUser {
  readonly name: string;
  readonly password: string;
  /** After the name: passwords, keys, channels and commands. */
  readonly words: readonly string[];
  /** What to add on the nodes of a cluster. */
  readonly clusterWords: readonly string[];
  /** What to add for export and import. */
  readonly transferWords: readonly string[];
  /** What to add where the service is to switch expired-key events on. */
  readonly configWords: readonly string[];
  /** The user of sentinels, name first. */
  readonly sentinelWords: readonly string[];
}

const PASSWORD = 'a-password';

/** Reads the least of users, with a password that is known. */
export function smallestUser(): SmallestUser {
  const text = readFileSync(path.join(root, 'config/redis-acl.conf'), 'utf8');
  const wordsOf = (line: RegExp) => {
    const words = line.exec(text)?.[1]?.split(' ');
    if (words === undefined) throw new Error(`config/redis-acl.conf has no line ${line}`);
    return words.map((word) => (word.startsWith('>') ? `>${PASSWORD}` : word));
  };
  const [name = '', ...words] = wordsOf(/^user (.+)$/m);
  return {
    name,
    password: PASSWORD,
    words,
    clusterWords: wordsOf(/^# on every node of a cluster: +(.+)$/m),
    transferWords: wordsOf(/^# for npm run export.*: +(.+)$/m),
    configWords: wordsOf(/^# instead of notify-keyspace-events Ex: +(.+)$/m),
    sentinelWords: wordsOf(/^# user (.+)$/m),
  };
}

/** Settings that make a service that user. */
export function logInAs({ name, password }: SmallestUser): Record<string, string> {
  return { REDIS_USERNAME: name, REDIS_PASSWORD: password };
}
