/**
 * Redis's wire protocol (RESP 2), as little of it as the scripts need before modules are installed.
 * @typedef {string | number | null | RedisReplyError | Reply[]} Reply
 */

/** An error reply; `code` is its first word, such as LOADING or NOAUTH. */
export class RedisReplyError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'RedisReplyError';
    this.code = message.split(' ', 1)[0] ?? '';
  }
}

/**
 * @param {readonly (string | number)[]} command
 * @returns {string}
 */
export function encodeCommand(command) {
  const words = command.map((word) => `$${Buffer.byteLength(String(word))}\r\n${word}\r\n`);
  return `*${command.length}\r\n${words.join('')}`;
}

/**
 * @param {Buffer} buffer
 * @param {number} start where the reply begins
 * @returns {{ reply: Reply, end: number } | undefined} nothing while the reply is not all there
 * @throws {Error} when the other side does not speak Redis
 */
export function decodeReply(buffer, start = 0) {
  const lineEnd = buffer.indexOf('\r\n', start);
  if (lineEnd < 0) return undefined;
  const line = buffer.toString('utf8', start + 1, lineEnd);
  const end = lineEnd + 2;
  switch (String.fromCharCode(buffer[start] ?? 0)) {
    case '+':
      return { reply: line, end };
    case '-':
      return { reply: new RedisReplyError(line), end };
    case ':':
      return { reply: Number(line), end };
    case '$':
      return decodeBulk(buffer, end, Number(line));
    case '*':
      return decodeArray(buffer, end, Number(line));
    default:
      throw new Error('the answer is not from Redis');
  }
}

/**
 * @param {Buffer} buffer
 * @param {number} start
 * @param {number} length in bytes; negative for null
 * @returns {{ reply: Reply, end: number } | undefined}
 */
function decodeBulk(buffer, start, length) {
  if (length < 0) return { reply: null, end: start };
  const end = start + length;
  if (buffer.length < end + 2) return undefined;
  return { reply: buffer.toString('utf8', start, end), end: end + 2 };
}

/**
 * @param {Buffer} buffer
 * @param {number} start
 * @param {number} count negative for null
 * @returns {{ reply: Reply, end: number } | undefined}
 */
function decodeArray(buffer, start, count) {
  if (count < 0) return { reply: null, end: start };
  /** @type {Reply[]} */
  const items = [];
  let end = start;
  while (items.length < count) {
    const item = decodeReply(buffer, end);
    if (item === undefined) return undefined;
    items.push(item.reply);
    end = item.end;
  }
  return { reply: items, end };
}
