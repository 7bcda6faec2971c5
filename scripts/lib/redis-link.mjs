import net from 'node:net';
import { decodeReply, encodeCommand, RedisReplyError } from './resp.mjs';

/**
 * @typedef {import('./resp.mjs').Reply} Reply
 *
 * @typedef {object} Target
 * @property {number} port on 127.0.0.1
 * @property {string | undefined} [password]
 * @property {number} [timeoutMs] for each command, connecting included; 2000 unless told
 */

/** One connection to a Redis on this machine. */
export class RedisLink {
  #socket;
  #timeoutMs;
  #received = Buffer.alloc(0);
  /** @type {{ resolve: (reply: Reply) => void, reject: (error: Error) => void }[]} */
  #waiting = [];
  /** @type {Error} why no answer will come any more */
  #failure = new Error('the connection was closed');

  /** @param {Target} target */
  constructor({ port, timeoutMs = 2000 }) {
    this.#timeoutMs = timeoutMs;
    this.#socket = net.connect({ host: '127.0.0.1', port });
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('error', (error) => {
      this.#failure = error;
    });
    /** Resolves when the connection has ended, whoever ended it. @type {Promise<void>} */
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', () => {
        for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
        resolve();
      });
    });
  }

  /**
   * @param {...(string | number)} command
   * @returns {Promise<Reply>}
   * @throws {RedisReplyError} for an error reply
   * @throws {Error} when the connection fails or the answer takes too long; the link is then closed
   */
  send(...command) {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(this.#failure);
        return;
      }
      const timer = setTimeout(() => {
        this.#socket.destroy(new Error(`no answer within ${this.#timeoutMs} ms`));
      }, this.#timeoutMs);
      this.#waiting.push({
        resolve: (reply) => {
          clearTimeout(timer);
          if (reply instanceof RedisReplyError) reject(reply);
          else resolve(reply);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      this.#socket.write(encodeCommand(command));
    });
  }

  /** Ends the connection at once. */
  close() {
    this.#socket.destroy();
  }

  /** @param {Buffer} chunk */
  #receive(chunk) {
    this.#received = Buffer.concat([this.#received, chunk]);
    try {
      for (;;) {
        const decoded = decodeReply(this.#received);
        if (decoded === undefined) return;
        this.#received = this.#received.subarray(decoded.end);
        this.#waiting.shift()?.resolve(decoded.reply);
      }
    } catch (error) {
      this.#socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }
}

/**
 * Asks one question on a connection of its own.
 * @param {number | Target} target a port of 127.0.0.1, or more about it
 * @param {...(string | number)} command such as 'CONFIG', 'GET', 'dir'
 * @returns {Promise<Reply>}
 * @throws as `RedisLink.send`
 */
export async function askRedis(target, ...command) {
  const full = typeof target === 'number' ? { port: target } : target;
  const link = new RedisLink(full);
  try {
    if (full.password !== undefined) await link.send('AUTH', full.password);
    return await link.send(...command);
  } finally {
    link.close();
  }
}
