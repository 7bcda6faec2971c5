import { createRequire } from 'node:module';
import { type DestinationStream, type Logger, pino } from 'pino';
import { createMask, describeError, REDACTED } from './redaction.ts';

export type { Logger };

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

export type LogFormat = 'auto' | 'json' | 'pretty';

export interface LoggerOptions {
  readonly level: LogLevel;
  /** For eyes on a terminal; otherwise JSON. */
  readonly pretty: boolean;
  /** The name of this process, on every line. */
  readonly replica: string;
  /** What no line shows. */
  readonly secrets: readonly string[];
}

/** Lines wait for others to be written with them: this long at most, in ms, or until there is this much, in bytes. */
const FLUSH_AFTER_MS = 20;
const FLUSH_BYTES = 8 * 1024;

/** Where lines go, and what is done with each on its way. */
interface Output {
  readonly stream: DestinationStream;
  readonly write: (line: string) => string;
}

/**
 * One line per event on standard output.
 * @param stdout for tests: what takes the lines instead
 */
export function createLogger(
  { level, pretty, replica, secrets }: LoggerOptions,
  stdout?: DestinationStream,
): Logger {
  const { stream, write } = pretty ? prettyOutput(stdout) : jsonOutput(stdout);
  const mask = createMask(secrets);
  const options = {
    level,
    base: { replica },
    timestamp: createTimestamp(),
    serializers: { err: describeError },
    redact: REDACTED,
    hooks: { streamWrite: (line: string) => write(mask(line)) },
  };
  return pino(options, stream);
}

/** Makes what writes the time into a line, to the millisecond; lines of the same one share the text. */
function createTimestamp(): () => string {
  let at = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) text = `,"time":"${new Date(now).toISOString()}"`;
    at = now;
    return text;
  };
}

/** What makes lines readable is loaded by those who read them: it takes a while. */
function prettyOutput(stdout = pino.destination({ sync: true }) as DestinationStream): Output {
  const load = createRequire(import.meta.url);
  const { prettyFactory } = load('pino-pretty') as typeof import('pino-pretty');
  const write = prettyFactory({ translateTime: 'SYS:HH:MM:ss.l', singleLine: true });
  return { stream: stdout, write };
}

/**
 * Under load a system call for each line would be a large part of what a delivery costs: it waits for others,
 * but not for long. What is left when the process ends is written then.
 */
function jsonOutput(stdout?: DestinationStream): Output {
  if (stdout !== undefined) return { stream: stdout, write: (line) => line };
  const stream = pino.destination({ sync: false, minLength: FLUSH_BYTES, contentMode: 'buffer' });
  let isWaiting = false;
  const flush = () => {
    isWaiting = false;
    stream.flush();
  };
  const write = (line: string) => {
    if (!isWaiting) setTimeout(flush, FLUSH_AFTER_MS);
    isWaiting = true;
    // Of texts it would measure again, for each, all that wait: that is half of what a line costs.
    return Buffer.from(line) as unknown as string;
  };
  return { stream, write };
}
