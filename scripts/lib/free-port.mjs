import { randomInt } from 'node:crypto';
import net from 'node:net';
import { errorCode } from './user-error.mjs';

/**
 * Below the ports systems hand to outgoing connections (Linux from 32768), so that a server which
 * restarts finds its port free; and low enough for Redis Cluster's bus at port + 10000.
 */
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
