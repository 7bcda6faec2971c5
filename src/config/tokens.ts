import { createHash } from 'node:crypto';
import { type ApiToken, SCOPES, type Scope } from '../runtime/api-token.ts';
import type { Settings } from './schema.ts';

type Given = Readonly<Partial<Pick<Settings, 'API_TOKEN' | 'API_TOKENS'>>>;

/** An entry of API_TOKENS: a token, or a line that says what is wrong. */
type Entry = { readonly token: ApiToken } | { readonly problem: string };

const NAME = /^[A-Za-z0-9._-]{1,64}$/;

/** Visible ASCII, as a header carries it, but for the comma that ends an entry. */
const VALUE = /^[!-+\--~]+$/;

/** What a hash in the place of a value begins with. */
const HASH_MARK = 'sha256=';

const HASH = /^sha256=[0-9a-f]{64}$/i;

/** What is wrong with the tokens, a line for each. A value is never shown, not even where a name should be. */
export function tokenProblems(given: Given): string[] {
  const entries = readEntries(given.API_TOKENS);
  if (given.API_TOKEN === undefined && entries.length === 0) {
    return ['API_TOKEN: is required and not set'];
  }
  const wrong = entries.flatMap((entry) => ('problem' in entry ? entry.problem : []));
  return [...wrong, ...repeats(toTokens(given))];
}

/** The tokens of valid settings: API_TOKEN, which may do anything, and those of API_TOKENS. */
export function toTokens({ API_TOKEN: value, API_TOKENS: list }: Given): ApiToken[] {
  const named = readEntries(list).flatMap((entry) => ('token' in entry ? entry.token : []));
  if (value === undefined) return named;
  return [{ name: 'API_TOKEN', sha256: hash(value), scopes: [...SCOPES] }, ...named];
}

/** Of two tokens with one name, or that are the same, nobody could say which a request came with. */
function repeats(tokens: readonly ApiToken[]): string[] {
  return tokens.flatMap(({ name, sha256 }, index) => {
    const before = tokens.slice(0, index);
    if (before.some((other) => other.name === name)) {
      return [`API_TOKENS: the name ${name} is taken twice`];
    }
    const same = before.find((other) => other.sha256 === sha256);
    return same === undefined ? [] : [`API_TOKENS: ${name} is the same token as ${same.name}`];
  });
}

function readEntries(list = ''): Entry[] {
  const texts = list.split(/[,\n]/).map((text) => text.trim());
  return texts.filter((text) => text !== '').map((text, index) => readEntry(text, index + 1));
}

function readEntry(text: string, position: number): Entry {
  const [, name = '', scopes = '', value = ''] = /^([^:]*):([^:]*):(.*)$/.exec(text) ?? [];
  const problem = problemOf(name, scopes, value);
  if (problem !== undefined) {
    // Where the scopes are not in their place, the token may be in that of the name.
    const label = NAME.test(name) && toScopes(scopes) !== undefined ? ` (${name})` : '';
    return { problem: `API_TOKENS: entry ${position}${label} ${problem}` };
  }
  const sha256 = HASH.test(value) ? value.slice(HASH_MARK.length).toLowerCase() : hash(value);
  return { token: { name, sha256, scopes: toScopes(scopes) ?? [] } };
}

function problemOf(name: string, scopes: string, value: string): string | undefined {
  if (value === '') return `must be name:scopes:token or name:scopes:${HASH_MARK}hash`;
  if (!NAME.test(name)) return 'must have a name of 1 to 64 letters, digits, dots, - or _';
  if (toScopes(scopes) === undefined) {
    return `must have scopes, some of ${SCOPES.join(', ')}, joined by + as in read+write`;
  }
  if (value.startsWith(HASH_MARK)) {
    return HASH.test(value) ? undefined : `must have 64 hexadecimal digits after ${HASH_MARK}`;
  }
  return VALUE.test(value) ? undefined : 'must have a token of visible ASCII characters';
}

/** The scopes of a list such as `read+write`; `undefined` when a name in it is none. */
function toScopes(list: string): Scope[] | undefined {
  const names: readonly string[] = list.split('+');
  const isScope = (name: string) => SCOPES.some((scope) => scope === name);
  return names.every(isScope) ? SCOPES.filter((scope) => names.includes(scope)) : undefined;
}

/** What `printf %s "$TOKEN" | sha256sum` prints. */
function hash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
