import { StringDecoder } from 'node:string_decoder';
import type { Request, Response } from 'got';
import { classifyStatus, type Outcome } from '../domain/outcome.ts';
import { retryAfterMs } from '../domain/retry-after.ts';

/** Past this many bytes of an answer's body the connection is cut. */
const BODY_LIMIT_BYTES = 64 * 1024;

/** So much of the answer to a failed attempt is kept, to tell what the receiver did not like. */
const KEPT_BYTES = 1024;

/** Reads an answer to its end, to the limit or to its failure: what it comes to is decided by its head. */
export async function readAnswer(request: Request, response: Response): Promise<Outcome> {
  const { statusCode, headers } = response;
  const outcome = classifyStatus(statusCode);
  if (outcome.kind === 'delivered') {
    await readBody(request, 0);
    return outcome;
  }
  const asked = retryAfterMs(statusCode, headers['retry-after'], Date.now());
  const answer = toText(await readBody(request, KEPT_BYTES));
  return {
    ...outcome,
    ...(answer === '' ? {} : { answer }),
    ...(asked === undefined ? {} : { retryAfterMs: asked }),
  };
}

/** @returns the first `keptBytes` of the body, in pieces */
function readBody(request: Request, keptBytes: number): Promise<readonly Buffer[]> {
  const kept: Buffer[] = [];
  return new Promise((resolve) => {
    const finish = () => resolve(kept);
    if (request.destroyed) return finish();
    let received = 0;
    request.on('data', (chunk: Buffer) => {
      if (received < keptBytes) kept.push(chunk.subarray(0, keptBytes - received));
      received += chunk.length;
      if (received > BODY_LIMIT_BYTES) request.destroy();
    });
    for (const end of ['end', 'close', 'error']) request.once(end, finish);
  });
}

/** Whatever it is as text; a character that the end cuts through is left out. */
function toText(pieces: readonly Buffer[]): string {
  return new StringDecoder('utf8').write(Buffer.concat(pieces));
}
