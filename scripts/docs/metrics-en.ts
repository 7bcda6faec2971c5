import type { AlarmName } from '../../src/store/alarms.ts';

/** What README.md says of every alarm. */
export const alarmsEn: Readonly<Record<AlarmName, readonly [meaning: string, remedy: string]>> = {
  'eviction-policy': [
    'a Redis has a `maxmemory-policy` other than `noeviction`: full, it would drop messages or their times',
    'set it to `noeviction`',
  ],
  'evicted-keys': [
    'a Redis has evicted keys since the last look',
    'give it memory; the reconciler re-arms messages that lost their time, a lost message is lost',
  ],
  memory: [
    'a Redis uses 90 % of its `maxmemory` or more, until it is under 85 % again',
    'remove messages or raise `maxmemory`: full, it refuses new messages',
  ],
  'events-degraded': [
    'expired-key events do not reach this process',
    'set `notify-keyspace-events` to at least `Ex`',
  ],
};
