// The receiver: notes when each webhook arrives, and does as little as possible beside that. It speaks
// just the HTTP that Node's client speaks (a body has a content-length), so that on a machine of two
// cores it measures the service and not itself.
import net from 'node:net';
import process from 'node:process';
import { epochNow } from './epoch.mjs';
import { serve } from './serve.mjs';

const HEAD_END = '\r\n\r\n';
const ACCEPTED = 'HTTP/1.1 204 No Content\r\n\r\n';
const REFUSED = 'HTTP/1.1 411 Length Required\r\ncontent-length: 0\r\n\r\n';
/** Whether it leaves requests without an answer. */
const HANGS = process.argv[2] === 'hangs';
const NOTHING = Buffer.alloc(0);

/** @type {string[]} */
let ids = [];
/** When each came, epoch ms. @type {number[]} */
let times = [];
/** @type {{ count: number, done: () => void } | undefined} */
let waiting;

const server = net.createServer({ noDelay: true }, (socket) => {
  let held = NOTHING;
  socket.on('data', (chunk) => {
    const at = epochNow();
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let end = receive(socket, held, at); end > 0; end = receive(socket, held, at)) {
      held = end === held.length ? NOTHING : held.subarray(end);
    }
  });
  // A sender that was ended: what it had sent is noted already.
  socket.on('error', () => socket.destroy());
});

/**
 * Notes and answers the request that `data` begins with.
 * @param {net.Socket} socket
 * @param {Buffer} data
 * @param {number} at
 * @returns {number} where it ends; 0 when it is not all there
 */
function receive(socket, data, at) {
  const headEnd = data.indexOf(HEAD_END);
  if (headEnd < 0) return 0;
  const head = data.toString('latin1', 0, headEnd);
  const length = /content-length: *(\d+)/i.exec(head)?.[1];
  if (length === undefined) {
    socket.end(REFUSED);
    return data.length;
  }
  const end = headEnd + HEAD_END.length + Number(length);
  if (data.length < end) return 0;
  if (!HANGS) socket.write(ACCEPTED);
  ids.push(/webhook-id: *(\S+)/i.exec(head)?.[1] ?? '');
  times.push(at);
  if (waiting !== undefined && ids.length >= waiting.count) waiting.done();
  return end;
}

/**
 * Waits until so many have arrived, or the deadline; then gives what there is and starts afresh.
 * @param {{ count: number, until: number }} what `until`: epoch ms
 */
async function collect({ count, until }) {
  if (ids.length < count) {
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, until - Date.now());
      waiting = {
        count,
        done: () => {
          clearTimeout(timer);
          resolve(undefined);
        },
      };
    });
    waiting = undefined;
  }
  const arrivals = { ids, times };
  ids = [];
  times = [];
  return arrivals;
}

server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  serve({ collect }, { url: `http://127.0.0.1:${port}/webhook` });
});
