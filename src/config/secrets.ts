import type { Environment } from './config.ts';
import { SETTINGS } from './reference.ts';

const SECRET_NAMES = SETTINGS.filter(({ isSecret }) => isSecret).map(({ name }) => name);

/**
 * What must be seen in no output: the values of secret settings; of lists such as
 * `name:scopes:token,name:scopes:token` every part that may be a secret by itself; of URLs the password.
 */
export function secretsIn(env: Environment): string[] {
  const values = SECRET_NAMES.map((name) => env[name] ?? '');
  const entries = values.flatMap((value) => value.split(/[,\n]/)).map((entry) => entry.trim());
  const inLists = entries.flatMap((entry) => (entry.includes('://') ? [] : behindColons(entry)));
  const parts = [...values, ...entries, ...inLists, ...entries.flatMap(passwordsIn)];
  return [...new Set(parts)].filter((part) => part !== '');
}

/** The password of a URL, as it is written there and as it is sent. */
function passwordsIn(entry: string): string[] {
  const [, password = ''] = /^[a-z][a-z\d+.-]*:\/\/[^/?#@:]*:([^/?#@]*)@/i.exec(entry) ?? [];
  return [password, unescaped(password)];
}

/** What is not well percent-encoded counts as it is. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What follows the first colon, and the second. */
function behindColons(entry: string): string[] {
  const [, ...rest] = entry.split(':');
  return [rest.join(':'), rest.slice(1).join(':')];
}
