import { type Logger, pino } from 'pino';

export type { Logger };

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** Lines wait for others to be written with them: this long at most, in ms, or until there is this much, in bytes. */
const FLUSH_AFTER_MS = 20;
const FLUSH_BYTES = 8 * 1024;

/**
 * One JSON line per event on standard output. Under load a system call for each would be a large part of
 * what a delivery costs; what is left when the process ends is written then.
 * @param replica the name of this process, on every line
 */
export function createLogger(level: LogLevel, replica: string): Logger {
  const destination = pino.destination({ sync: false, minLength: FLUSH_BYTES });
  return pino(
    {
      level,
      base: { replica },
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      hooks: { streamWrite: flushesSoon(destination) },
    },
    destination,
  );
}

/** Lets every line through, and sees to it that it does not wait for others for long. */
function flushesSoon(destination: { flush(): void }): (line: string) => string {
  let isWaiting = false;
  const flush = () => {
    isWaiting = false;
    destination.flush();
  };
  return (line) => {
    if (!isWaiting) setTimeout(flush, FLUSH_AFTER_MS);
    isWaiting = true;
    return line;
  };
}

/**
 * An error for the log. Only what every error has: those of ioredis carry the command they belong to, and
 * with it passwords and payloads.
 */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { type, message, stack } = pino.stdSerializers.err(error);
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? { type, message, stack } : { type, code, message, stack };
}
