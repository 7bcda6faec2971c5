import { readFileSync } from 'node:fs';
import process from 'node:process';

/** What the system tells of a process. */
export interface ProcessStats {
  /** CPU time used since its start, user and system, in ms; steps of 10 ms. */
  readonly cpuMs: number;
  /** Resident memory, bytes. */
  readonly rss: number;
  /** The most it ever had, bytes. */
  readonly peakRss: number;
}

/** Clock ticks of /proc: 100 per second on every Linux that Node runs on (USER_HZ). */
const MS_PER_TICK = 10;

/** What no system but Linux tells: figures that need it are not measured there. */
const UNKNOWN: ProcessStats = { cpuMs: Number.NaN, rss: Number.NaN, peakRss: Number.NaN };

export function processStats(pid: number): ProcessStats {
  if (process.platform !== 'linux') return UNKNOWN;
  const stat = readProc(pid, 'stat');
  // The name in parentheses may have spaces; utime and stime are fields 14 and 15 (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readProc(pid, 'status');
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
    rss: kilobytes(status, 'VmRSS'),
    peakRss: kilobytes(status, 'VmHWM'),
  };
}

function readProc(pid: number, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8');
}

function kilobytes(status: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
}
