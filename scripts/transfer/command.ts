import path from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { ConfigError } from '../../src/config/config.ts';
import { StoreFullError, StoreUnavailableError } from '../../src/domain/errors.ts';
import { UnfitStoreError } from '../../src/store/fitness.ts';
import { SealError } from '../../src/store/sealing.ts';
import { errorCode, reportError, UserError } from '../lib/user-error.mjs';

/** How a command ended; a failure is thrown, and ends with 1. */
export const DONE = 0;
/** Done, but something was left out and is named in what was printed. */
export const SKIPPED = 2;

type Options = NonNullable<ParseArgsConfig['options']>;

/** The values of the options that were given. */
export type Given<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; strict: true; allowPositionals: false }>
>['values'];

export interface Command<O extends Options> {
  /** What `--help` prints. */
  readonly usage: string;
  readonly options: O;
  /** Whether it takes words beside its options. */
  readonly positionals?: boolean;
  /** @returns the exit code */
  readonly run: (given: Given<O>, words: readonly string[]) => Promise<number>;
}

const HELP = { help: { type: 'boolean', short: 'h' } } as const;

/** Runs a command with the arguments of this process and sets its exit code. */
export async function runCommand<O extends Options>(command: Command<O>): Promise<void> {
  try {
    process.exitCode = await parseAndRun(command);
  } catch (error) {
    reportError(toUserError(error));
    process.exitCode = 1;
  }
}

async function parseAndRun<O extends Options>(command: Command<O>) {
  const { usage, options, positionals: allowPositionals = false, run } = command;
  const { values, positionals } = parse({ ...HELP, ...options }, allowPositionals);
  const { help, ...given } = values;
  if (!help) return await run(given as unknown as Given<O>, positionals);
  console.log(usage);
  return DONE;
}

function parse<O extends Options>(options: O, allowPositionals: boolean) {
  try {
    const { values, positionals } = parseArgs({ options, strict: true, allowPositionals });
    return { values: values as Record<string, unknown>, positionals };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(`${error.message}\n  --help says what there is`);
  }
}

/** Failures that are no defect of ours get one line. */
function toUserError(error: unknown): unknown {
  if (error instanceof ConfigError) return new UserError(error.message);
  if (error instanceof UnfitStoreError || error instanceof SealError) {
    return new UserError(error.message);
  }
  if (error instanceof StoreUnavailableError || error instanceof StoreFullError) {
    const advice = 'What was done is whole; run the same command again to do the rest';
    return new UserError(`${error.message}\n  ${advice}`);
  }
  if (errorCode(error)?.startsWith('E') && error instanceof Error && 'syscall' in error) {
    return new UserError(error.message);
  }
  return error;
}

/** A path as the user means it: npm runs scripts in the root directory, wherever it was called. */
export function userPath(file: string): string {
  const { INIT_CWD: from = '.' } = process.env;
  return path.resolve(from, file);
}
