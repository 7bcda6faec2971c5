import net from 'node:net';

const HEAD_END = '\r\n\r\n';
const NOTHING = Buffer.alloc(0);

/** The token that every measured API takes. */
const TOKEN = 'bench';

/**
 * A request as it goes over the wire. Text is written byte by byte: ASCII only.
 * @param {string} method
 * @param {string} path
 * @param {string} [body] JSON
 * @returns {string}
 */
export function requestText(method, path, body = '') {
  return (
    `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${TOKEN}\r\n` +
    `content-type: application/json\r\ncontent-length: ${body.length}${HEAD_END}${body}`
  );
}

/**
 * Sends requests over one connection, one at a time: as little work as an HTTP client can have, so that
 * on two cores it leaves the service its own. Answers must have a content-length, as Koa's have.
 * @param {number} port of 127.0.0.1
 * @param {() => string | undefined} next the next request; `undefined` ends the connection
 * @param {(status: number) => void} answered what it throws breaks the connection off
 * @returns {Promise<void>} resolves when the connection has ended, rejects when it broke
 */
export function sendThrough(port, next, answered) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', noDelay: true });
    let held = NOTHING;
    let done = false;
    const send = () => {
      const request = next();
      done = request === undefined;
      if (request === undefined) socket.end();
      else socket.write(request, 'latin1');
    };
    socket.once('connect', send);
    socket.on('data', (chunk) => {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      try {
        const status = readAnswer(held);
        if (status === undefined) return;
        held = NOTHING;
        answered(status);
        send();
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.once('error', reject);
    socket.once('close', () => {
      if (done) resolve();
      else reject(new Error('the service closed the connection'));
    });
  });
}

/**
 * @param {Buffer} data
 * @returns {number | undefined} its status; nothing while it is not all there
 */
function readAnswer(data) {
  const headEnd = data.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = data.toString('latin1', 0, headEnd);
  const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN);
  if (Number.isNaN(length)) throw new Error(`an answer without content-length:\n${head}`);
  if (data.length < headEnd + HEAD_END.length + length) return undefined;
  return Number(head.slice(9, 12));
}
