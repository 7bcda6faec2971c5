import { readFileSync } from 'node:fs';
import type { Commands } from './connections/connections.ts';
import { toDomainError } from './errors.ts';
import type { Keys } from './keys.ts';

/** One Lua script per transition, and a few that look, mend or move. */
export const SCRIPT_NAMES = [
  'schedule',
  'claim',
  'complete',
  'retry',
  'fail',
  'release',
  'cancel',
  'reschedule',
  'fire',
  'replay',
  'peek',
  'announce',
  'rearm',
  'enrol',
  'purge',
  'page',
  'stats',
  'adopt',
  'restore',
  'remove',
] as const;

export type ScriptName = (typeof SCRIPT_NAMES)[number];

/** A script's reply: a tag that says what happened, then what the caller needs next. */
export type ScriptReply = readonly [tag: string, ...rest: unknown[]];

/** Measures how long scripts take to be answered. */
export interface ScriptMeter {
  /** @returns the reply, as it comes */
  timed<T>(script: ScriptName, reply: Promise<T>): Promise<T>;
}

const NO_METER: ScriptMeter = { timed: (_script, reply) => reply };

type Scripted = Record<
  ScriptName,
  (numberOfKeys: number, ...keysAndArgs: (string | number)[]) => Promise<ScriptReply>
>;

/**
 * ioredis loads a script that Redis does not know once; forgotten again meanwhile, it is the next call
 * that loads it. What Redis does not know it has not run.
 */
const MAX_TRIES = 5;

const LUA = new URL('./lua/', import.meta.url);

/** The text of a script: the includes its header names, then the script itself. */
export function scriptSource(name: ScriptName): string {
  const body = readFileSync(new URL(`${name}.lua`, LUA), 'utf8');
  const includes = /^-- Includes (.+)$/m.exec(body)?.[1]?.split(', ') ?? [];
  const texts = includes.map((include) =>
    readFileSync(new URL(`includes/${include}.lua`, LUA), 'utf8'),
  );
  return [...texts, body].join('\n');
}

/** Runs the project's scripts; loads each into Redis when Redis does not know it. */
export class Scripts {
  private readonly client: Scripted;
  private readonly keys: Keys;
  private readonly meter: ScriptMeter;

  constructor(commands: Commands, keys: Keys, meter: ScriptMeter = NO_METER) {
    this.keys = keys;
    this.meter = meter;
    for (const name of SCRIPT_NAMES) commands.defineCommand(name, { lua: scriptSource(name) });
    this.client = commands as unknown as Scripted;
  }

  /**
   * @param keys every key the script's header names, in its order
   * @param args its arguments, in its order
   * @throws StoreUnavailableError when Redis cannot be reached or does not answer in time
   * @throws StoreFullError when Redis has no memory for what the script writes
   */
  run(name: ScriptName, keys: string[], args: (string | number)[]): Promise<ScriptReply> {
    return this.meter.timed(name, this.send(name, keys, args));
  }

  private async send(
    name: ScriptName,
    keys: string[],
    args: (string | number)[],
  ): Promise<ScriptReply> {
    const guarded = [...keys, ...this.keys.slotGuard(keys[0] ?? '')];
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.client[name](guarded.length, ...guarded, ...args);
      } catch (error) {
        if (!isUnknownScript(error) || tries === MAX_TRIES) throw toDomainError(error);
      }
    }
  }
}

function isUnknownScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
