import { type Logger, pino } from 'pino';

export type { Logger };

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/**
 * One JSON line per event on standard output.
 * @param replica the name of this process, on every line
 */
export function createLogger(level: LogLevel, replica: string): Logger {
  const options = {
    level,
    base: { replica },
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  };
  // Not a system call for each line: what comes while one is being written goes out together. What is
  // left when the process ends is written then.
  return pino(options, pino.destination({ sync: false }));
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
