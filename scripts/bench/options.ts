import { parseArgs } from 'node:util';
import { UserError } from '../lib/user-error.mjs';
import type { Scenario } from './scenarios/scenario.ts';

/** What a run was asked for. */
export interface Options {
  readonly help: boolean;
  readonly quick: boolean;
  /** Whether the results are the ones that the documents show from now on. */
  readonly publish: boolean;
  /** All of them unless some are named. */
  readonly scenarios: readonly Scenario[];
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h', default: false },
  quick: { type: 'boolean', default: false },
  publish: { type: 'boolean', default: false },
} as const;

/**
 * @param args of the command line
 * @param known the scenarios there are
 * @throws UserError that says what is wrong with the arguments
 */
export function readOptions(args: readonly string[], known: readonly Scenario[]): Options {
  const { values, positionals: chosen } = parse(args);
  const names = known.map(({ name }) => name);
  const unknown = chosen.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    const [those, these] = [unknown.join(', '), names.join(', ')];
    throw new UserError(`no such scenario: ${those}\n  there are: ${these}`);
  }
  if (values.publish && (values.quick || chosen.length > 0)) {
    throw new UserError(
      '--publish is for a run of everything in its full form: leave the rest out',
    );
  }
  const isChosen = ({ name }: Scenario) => chosen.length === 0 || chosen.includes(name);
  return { ...values, scenarios: known.filter(isChosen) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UserError(`${error.message}\n  --help says what there is`);
  }
}

/** What `--help` prints. */
export function usage(known: readonly Scenario[]): string {
  const width = Math.max(...known.map(({ name }) => name.length));
  const list = known.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'Usage: npm run bench -- [--quick] [scenario ...]',
    '       npm run bench -- --publish',
    '',
    'Measures the built service, each process on its own, against what there is beside it, and prints a',
    'table. Without names it runs every scenario:',
    '',
    ...list,
    '',
    '  --quick    smaller numbers, under 2 minutes; the targets are for the full form',
    '  --publish  also makes the results those that the documents show',
    '  --help     this text',
    '',
    'Exit code: 0 when everything was measured, met or missed; 1 when something could not be.',
  ].join('\n');
}
