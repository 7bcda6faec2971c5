import { readStoreConfig } from '../../src/config/config.ts';
import { MessageError } from '../../src/domain/errors.ts';
import { type Inspection, openInspection } from '../../src/store/inspection.ts';
import { UserError } from '../lib/user-error.mjs';
import { DONE, runCommand } from '../transfer/command.ts';
import { redisName } from '../transfer/redis-url.ts';
import { reached } from '../transfer/target.ts';
import { type View, viewDeliveries, viewDue, viewFailed } from './lists.ts';
import { viewMessage } from './message.ts';
import { viewStats } from './stats.ts';

const USAGE = `npm run inspect -- <id | due | failed | deliveries | stats> [--limit <n>] [--json]

Prints what is in the service's Redis (REDIS_*, KEY_PREFIX and PARTITIONS, from the environment or .env),
one server, Sentinel or Cluster. It writes nothing; the service may run. Times are those of this machine's
zone, values that let someone in are shown as ***.

  <id>         everything about one message
  due          what is due next; a message that is being delivered stands where its lease ends
  failed       dead letters, the oldest first, and why they failed
  deliveries   the last attempts, newest first
  stats        how much there is, when it is due, and which replicas are connected

  --limit <n>  most lines of a list; 20 unless given
  --id <id>    the message of that id, should it be one of the words above or begin with -
  --json       as JSON (then: npm run --silent inspect -- ... --json)

Exit code: 0 found, 1 not found, or failure.`;

const OPTIONS = {
  id: { type: 'string' },
  limit: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const STANDARD_LIMIT = 20;
const MOST = 1000;

type Look = (inspection: Inspection, limit: number) => Promise<View>;

const WORDS: Readonly<Record<string, Look>> = {
  due: viewDue,
  failed: viewFailed,
  deliveries: viewDeliveries,
  stats: viewStats,
};

await runCommand({
  usage: USAGE,
  options: OPTIONS,
  positionals: true,
  run: async ({ id, limit, json = false }, words) => {
    const look = lookFor(id, words);
    const most = toLimit(limit);
    const config = readStoreConfig(process.env);
    const name = redisName(config.redis);
    const inspection = await reached("the service's Redis", name, openInspection(config));
    try {
      const view = await look(inspection, most);
      console.log(json ? JSON.stringify(view.json, null, 2) : view.lines.join('\n'));
      return DONE;
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      throw new UserError(
        `there is no message with the id ${JSON.stringify(error.id)} in ${name}: it was delivered, ` +
          'cancelled or never scheduled; npm run inspect -- deliveries shows the last attempts',
      );
    } finally {
      inspection.close();
    }
  },
});

function lookFor(id: string | undefined, words: readonly string[]): Look {
  const [word, ...more] = id === undefined ? words : [id, ...words];
  if (word === undefined || word === '' || more.length > 0) {
    throw new UserError('give an id, or one of due, failed, deliveries, stats; --help says more');
  }
  const known = id === undefined && Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  return known ?? ((inspection) => viewMessage(inspection, word));
}

function toLimit(text: string | undefined): number {
  const limit = Number(text ?? STANDARD_LIMIT);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw new UserError(`--limit must be a whole number from 1 to ${MOST}`);
}
