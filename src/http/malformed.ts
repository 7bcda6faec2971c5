import { type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Middleware } from 'koa';
import type { Logger } from '../runtime/logger.ts';
import type { Locale, ProblemCode } from './locale/locale.ts';
import { ProblemError, problemDocument, STATUS } from './problems.ts';
import { newRequestId, REQUEST_ID_HEADER } from './request-id.ts';
import { SECURITY_HEADERS } from './security-headers.ts';

/** What node says of a request it gave up on; anything else is malformed. */
const CODES: Readonly<Partial<Record<string, ProblemCode>>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
};

/** Answers what never becomes a request, as any other refusal; node's own answers have no body. */
export function answerMalformed(server: Server, locale: Locale, log: Logger): void {
  const answers = new WeakMap<Duplex, ServerResponse>();
  server.on('request', ({ socket }, response) => answers.set(socket, response));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const answer = answers.get(socket);
    const isUnfinished = answer !== undefined && !answer.writableFinished;
    const isAnswering = isUnfinished && answer.headersSent;
    // The client has gone, or would read this as a part of another answer.
    if (error.code === 'ECONNRESET' || !socket.writable || isAnswering) {
      socket.destroy();
      return;
    }
    const code = CODES[error.code ?? ''] ?? 'malformed-request';
    // Where a request began before it went wrong, it has its id already.
    const begun = isUnfinished ? answer.getHeader(REQUEST_ID_HEADER) : undefined;
    const requestId = String(begun ?? newRequestId());
    socket.end(answerText(code, requestId, locale));
    log.info({ requestId, statusCode: STATUS[code], code }, 'request');
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
function answerText(code: ProblemCode, requestId: string, locale: Locale): string {
  const status = STATUS[code];
  const body = JSON.stringify(problemDocument(new ProblemError(code), locale));
  const headers = {
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    [REQUEST_ID_HEADER]: requestId,
    ...SECURITY_HEADERS,
  };
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
