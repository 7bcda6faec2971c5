import { pino } from 'pino';
import type { Logger } from '../../../src/runtime/logger.ts';

export interface LogEntry {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

export const LEVEL = { debug: 20, info: 30, warn: 40, error: 50 } as const;

/** A logger that keeps its lines instead of writing them. */
export function recordingLog(): { log: Logger; entries: LogEntry[] } {
  const entries: LogEntry[] = [];
  const write = (line: string) => void entries.push(JSON.parse(line) as LogEntry);
  return { log: pino({ level: 'debug', base: null }, { write }), entries };
}
