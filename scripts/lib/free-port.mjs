import { randomInt } from 'node:crypto';
import net from 'node:net';
import { errorCode } from './user-error.mjs';

/** Linux hands the ports from here on to outgoing connections. */
const FIRST_OUTGOING = 32_768;

/** Below those, so that a server which restarts finds its port free. */
const FIRST = 20_000;
const LAST = 29_999;

/**
 * A port of 127.0.0.1 that was free a moment ago. Picked at random, so that programs which start
 * together rarely pick the same; the caller tries again when its bind fails all the same.
 * @returns {Promise<number>}
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(FIRST, LAST + 1);
    if (await canBind(port)) return port;
  }
}

/** The ports of a Redis Cluster's bus lie so far above those for clients. */
export const BUS_OFFSET = 10_000;

/**
 * As `freePort`, for a node of a Redis Cluster: the port of its bus was free as well, and is none that
 * outgoing connections get.
 * @returns {Promise<number>}
 */
export async function freeClusterPort() {
  for (;;) {
    const port = randomInt(FIRST, FIRST_OUTGOING - BUS_OFFSET);
    if ((await canBind(port)) && (await canBind(port + BUS_OFFSET))) return port;
  }
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function canBind(port) {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', (error) => {
      if (errorCode(error) === 'EADDRINUSE' || errorCode(error) === 'EACCES') resolve(false);
      else reject(error);
    });
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
