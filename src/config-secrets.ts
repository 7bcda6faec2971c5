import type { Environment } from './config.ts';
import { SETTINGS } from './config-reference.ts';

const SECRET_NAMES = SETTINGS.filter(({ isSecret }) => isSecret).map(({ name }) => name);

/**
 * What must be seen in no output: the values of secret settings and, of lists such as
 * `name:scopes:token,name:scopes:token`, every part that may be a secret by itself.
 */
export function secretsIn(env: Environment): string[] {
  const values = SECRET_NAMES.map((name) => env[name] ?? '');
  const entries = values.flatMap((value) => value.split(/[,\n]/)).map((entry) => entry.trim());
  const parts = [...values, ...entries, ...entries.flatMap(behindColons)];
  return [...new Set(parts)].filter((part) => part !== '');
}

/** What follows the first colon, and the second. */
function behindColons(entry: string): string[] {
  const [, ...rest] = entry.split(':');
  return [rest.join(':'), rest.slice(1).join(':')];
}
