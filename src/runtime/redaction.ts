import { pino } from 'pino';
import { MASK } from './secrets.ts';

/** A secret shorter than this, in characters, protects nothing, and stands in many a harmless line. */
const LEAST_SECRET_LENGTH = 6;

const NAMES = ['authorization', 'cookie', 'set-cookie', 'token', 'password', 'secret'];

/** For pino: members of a line, and of `headers` in it, that never show their value. */
export const REDACTED = {
  paths: NAMES.flatMap((name) => [`["${name}"]`, `headers["${name}"]`]),
  censor: MASK,
};

/**
 * Makes what takes secrets out of a line of JSON, wherever they stand in it: in what a library put into the
 * text of an error, too.
 */
export function createMask(secrets: readonly string[]): (line: string) => string {
  const hidden = secrets
    .filter(({ length }) => length >= LEAST_SECRET_LENGTH)
    .map((secret) => JSON.stringify(secret).slice(1, -1))
    // One may be a part of another.
    .sort((a, b) => b.length - a.length);
  return (line) => {
    let masked = line;
    for (const secret of hidden) {
      if (masked.includes(secret)) masked = masked.replaceAll(secret, MASK);
    }
    return masked;
  };
}

/**
 * An error for the log. Only what every error has: those of ioredis carry the command they belong to, and
 * with it passwords and payloads.
 */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = pino.stdSerializers.err(error);
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? { type, message, stack } : { type, code, message, stack };
}
