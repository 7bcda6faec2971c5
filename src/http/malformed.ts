import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Middleware } from 'koa';
import type { Locale, ProblemCode } from './locale/locale.ts';
import { ProblemError, problemDocument, STATUS } from './problems.ts';

/** What node says of a request it gave up on; anything else is malformed. */
const CODES: Readonly<Partial<Record<string, ProblemCode>>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** Answers what never becomes a request, as any other refusal; node's own answers have no body. */
export function answerMalformed(server: Server, locale: Locale): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }, response) => answers.set(socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const answer = answers.get(socket);
    const isAnswering = answer?.headersSent === true && !answer.writableFinished;
    // The client has gone, or would read this as a part of another answer.
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) socket.destroy();
    else socket.end(answerText(CODES[error.code ?? ''] ?? 'malformed-request', locale));
  });
}

/** A request of HTTP 1.1 must say which host it is for (RFC 9112, 3.2). */
export const requireHost: Middleware = ({ req }, next) => {
  if (req.httpVersion === '1.1' && req.headers.host === undefined) {
    throw new ProblemError('malformed-request');
  }
  return next();
};

/** A whole answer as it goes over the wire. */
function answerText(code: ProblemCode, locale: Locale): string {
  const status = STATUS[code];
  const body = JSON.stringify(problemDocument(new ProblemError(code), locale));
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
