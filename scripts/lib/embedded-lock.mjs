import { setTimeout as delay } from 'node:timers/promises';
import { RedisLink } from './redis-link.mjs';
import { UserError } from './user-error.mjs';

/** Every connection of the service is named so; see src/store/connections.ts. */
const SERVICE = 'agendamento';
const LOCK = `${SERVICE}:start:`;
/** Redis may still list the connections of a service that was killed a moment ago. */
const TRIES = 5;

/**
 * Takes the embedded Redis for this process: with a named connection, held as long as we live. The
 * system closes it when we are killed, so it is never stale.
 * @param {{ port: number, pid: number, dir: string }} server
 * @returns {Promise<RedisLink>} the lock; closing it gives the lock up
 * @throws {UserError} when a service that runs has it
 */
export async function takeLock(server) {
  for (let left = TRIES; ; left -= 1) {
    const link = new RedisLink({ port: server.port });
    try {
      const holder = await nameAndLook(link);
      if (holder === undefined) return link;
      if (left === 1) throw new UserError(alreadyRunning(holder, server));
    } catch (error) {
      link.close();
      throw error;
    }
    link.close();
    await delay(100);
  }
}

/**
 * One transaction, so that of two starts at the same time exactly one sees nobody else.
 * @param {RedisLink} link
 * @returns {Promise<string | undefined>} the name of a connection of somebody else's service
 */
async function nameAndLook(link) {
  await link.send('MULTI');
  await link.send('CLIENT', 'SETNAME', `${LOCK}${process.pid}`);
  await link.send('CLIENT', 'ID');
  await link.send('CLIENT', 'LIST');
  const replies = await link.send('EXEC');
  const [, id, list] = Array.isArray(replies) ? replies : [];
  const names = String(list)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith(`id=${id} `))
    .map((line) => / name=(\S*)/.exec(line)?.[1] ?? '')
    .filter((name) => name.startsWith(SERVICE));
  return names.find((name) => name.startsWith(LOCK)) ?? names[0];
}

/**
 * @param {string} holder
 * @param {{ pid: number, dir: string }} server
 */
function alreadyRunning(holder, { pid, dir }) {
  if (holder.startsWith(LOCK)) {
    const other = holder.slice(LOCK.length);
    return `already running: process ${other} serves ${dir}. To stop it: kill ${other}`;
  }
  return (
    `already running: "${holder}" is connected to the Redis (process ${pid}) of ${dir}. ` +
    'Stop that service, then start again.'
  );
}
