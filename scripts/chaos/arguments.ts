import { parseArgs } from 'node:util';
import { UserError } from '../lib/user-error.mjs';
import { CONDITIONS, type Condition } from './conditions.ts';
import type { Scenario } from './scenario.ts';

/** What `npm run chaos` was asked to do. */
export interface Request {
  readonly scenarios: readonly Scenario[];
  readonly seed: number;
  readonly form: 'short' | 'long';
  /** What holds all the time. */
  readonly conditions: readonly Condition[];
  /** Plays all of them again until this much time has passed, in ms; 0: once. */
  readonly forMs: number;
  readonly help: boolean;
  readonly list: boolean;
}

const HELP = `Usage: npm run chaos -- [options] [scenario …]

Plays every scenario, or the ones named, with real processes, and judges what became of each message.

  --list         names the scenarios
  --seed <n>     what is random follows from it; without one it is made up, and printed
  --short        the short forms, as in npm test
  --under <name> plays them under a condition: ${CONDITIONS.map(({ name }) => name).join(', ')}
  --for <time>   plays them again and again, each time with the next seed: 90s, 30m, 2h
  --help         this text

Exit code: 0 when every promise held, 1 when one was broken.
`;

/** What `--help` prints, or the names of the scenarios alone. */
export function usage(known: readonly Scenario[], withHelp: boolean): string {
  const width = Math.max(...known.map(({ name }) => name.length));
  const list = known.map(
    ({ name, fault, holds }) =>
      `  ${name.padEnd(width)}  ${fault}\n  ${''.padEnd(width)}  → ${holds}`,
  );
  return [...(withHelp ? [HELP] : []), ...list].join('\n');
}

const OPTIONS = {
  list: { type: 'boolean', default: false },
  seed: { type: 'string' },
  short: { type: 'boolean', default: false },
  under: { type: 'string', multiple: true },
  for: { type: 'string' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

/** Seeds are short enough to be read out. */
const SEEDS = 1_000_000;

/**
 * Reads the command line.
 * @param known every scenario there is
 * @throws UserError that says what is wrong with it
 */
export function readArguments(args: readonly string[], known: readonly Scenario[]): Request {
  const { values, positionals } = parse(args);
  const { help, list, short, under = [] } = values;
  return {
    scenarios:
      positionals.length === 0 ? known : positionals.map((name) => find('scenario', name, known)),
    seed: values.seed === undefined ? Math.floor(Math.random() * SEEDS) : readSeed(values.seed),
    conditions: under.map((name) => find('condition', name, CONDITIONS)),
    form: short ? 'short' : 'long',
    forMs: values.for === undefined ? 0 : readTime(values.for),
    help,
    list,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(`${error.message}\n  --help says what there is`);
  }
}

function find<T extends { readonly name: string }>(
  kind: string,
  name: string,
  known: readonly T[],
): T {
  const found = known.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = known.map((one) => one.name).join(', ');
  throw new UserError(`no such ${kind}: ${name}\n  there are: ${names}`);
}

function readSeed(text: string): number {
  const seed = Number(text);
  if (Number.isSafeInteger(seed) && seed >= 0) return seed;
  throw new UserError(`--seed takes a whole number, not "${text}".`);
}

function readTime(text: string): number {
  const [, count, unit] = /^(\d+)([smh])$/.exec(text) ?? [];
  const factor = UNITS_MS[unit ?? ''];
  if (factor !== undefined && Number(count) > 0) return Number(count) * factor;
  throw new UserError(`--for takes a time such as 90s, 30m or 2h, not "${text}".`);
}
