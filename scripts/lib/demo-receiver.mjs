import { once } from 'node:events';
import { createServer } from 'node:http';
import { errorMessage } from './user-error.mjs';

/** More of a body than this, in bytes, is not read. */
const MAX_BODY = 64 * 1024;
/** More of it than this, in characters, is not printed. */
const MAX_SHOWN = 200;

/**
 * A webhook receiver to try the service with: answers 204 to every POST and says what arrived, and
 * how late.
 * @param {(line: string) => void} say
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>} listening on a free port of 127.0.0.1
 */
export async function startDemoReceiver(say) {
  const server = createServer((request, response) => {
    receive(request, response, say).catch((error) => {
      say(`demo receiver: a request broke off (${errorMessage(error)})`);
      response.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const stop = async () => {
    if (!server.listening) return;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${port}/webhook`, stop };
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response
 * @param {(line: string) => void} say
 */
async function receive(request, response, say) {
  const arrivedAt = Date.now();
  if (request.method !== 'POST') {
    response.writeHead(405, { allow: 'POST' }).end();
    return;
  }
  const body = await readBody(request);
  if (body === undefined) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  response.writeHead(204).end();
  say(describe(request, body, arrivedAt));
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {Promise<string | undefined>} nothing when it is too long
 */
async function readBody(request) {
  /** @type {Buffer[]} */
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/**
 * @param {Pick<import('node:http').IncomingMessage, 'url' | 'headers'>} request
 * @param {string} body
 * @param {number} arrivedAt epoch ms
 * @returns {string}
 */
export function describe({ url, headers }, body, arrivedAt) {
  const lateness = arrivedAt - Date.parse(String(headers['webhook-scheduled-for']));
  const when = Number.isNaN(lateness) ? '' : `, ${lateness} ms after its time`;
  const shown = body.length > MAX_SHOWN ? `${body.slice(0, MAX_SHOWN)}…` : body;
  // Printed to a terminal: control characters could rewrite what is on it.
  const safe = shown.replaceAll(/\p{Cc}/gu, ' ');
  return `◀ webhook POST ${url} (id ${headers['webhook-id'] ?? 'none'}${when}): ${safe}`;
}
