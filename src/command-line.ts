import { parseArgs } from 'node:util';
import type { Environment } from './config/config.ts';
import { SETTINGS, type Setting } from './config/reference.ts';
import type { Settings } from './config/schema.ts';
import { MASK } from './runtime/secrets.ts';

/** What the command line asks for. */
export type Task = 'run' | 'help' | 'check-config';

/** The command line holds something that is not understood; the message says what. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  'check-config': { type: 'boolean' },
} as const;

const HEAD = `node dist/main.js [--help | --check-config]

Runs the service: a self-hosted scheduler of webhooks on Redis. SIGTERM drains and stops it.

  -h, --help      prints this
  --check-config  checks the settings and contacts nothing. Exit code 0: they are fine, and are printed,
                  secrets as ${MASK}. 1: they are not, with a line for each problem

Settings are read from the environment, or from a file .env in the working directory (the environment
wins); an empty one counts as not set.`;

/**
 * Reads the arguments of the process.
 * @param args without those of Node and without the script
 * @throws UsageError naming what is not understood
 */
export function readArguments(args: readonly string[]): Task {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: true });
    if (values.help) return 'help';
    return values['check-config'] ? 'check-config' : 'run';
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError(`${error.message}\n--help says what there is; settings are no arguments`);
  }
}

/** What `--help` prints: the usage, and every setting with its default, bounds and meaning. */
export function helpText(): string {
  return `${[HEAD, ...SETTINGS.map(describe)].join('\n\n')}\n`;
}

function describe({ name, description, fallback, allowed, isRequired }: Setting): string {
  const remarks = [isRequired ? 'required' : '', allowed.replaceAll('`', '')].filter(Boolean);
  const shown = remarks.length === 0 ? '' : `  (${remarks.join('; ')})`;
  return `  ${name}=${fallback ?? ''}${shown}\n      ${description}`;
}

/**
 * What `--check-config` prints of settings that are fine: a line for each, in the form of `.env`.
 * @param env where they were read from
 */
export function settingsSummary(settings: Settings, env: Environment): string {
  const isGiven = ({ name }: Setting) => Boolean(env[name]);
  const count = SETTINGS.filter(isGiven).length;
  const lines = SETTINGS.map((setting) => {
    const value = settings[setting.name];
    if (value === undefined) return `# ${setting.name}=`;
    const line = `${setting.name}=${setting.isSecret ? MASK : value}`;
    return isGiven(setting) ? line : `${line}  # default`;
  });
  return `The settings are fine: ${count} of ${lines.length} are set.\n\n${lines.join('\n')}\n`;
}
