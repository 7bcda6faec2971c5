import { readdirSync, readFileSync } from 'node:fs';

const LUA = new URL('../../../../src/store/lua/', import.meta.url);

/** A Lua script split into what its header promises and what its body does. */
export interface LuaScript {
  readonly text: string;
  readonly header: string;
  /** The code, comments removed. */
  readonly body: string;
}

export function readLua(name: string): LuaScript {
  const text = readFileSync(new URL(`${name}.lua`, LUA), 'utf8');
  const lines = text.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('--'));
  const body = lines.slice(end).map((line) => line.replace(/--.*$/, ''));
  return { text, header: lines.slice(0, end).join('\n'), body: body.join('\n') };
}

/** The names of the scripts, or of the includes, that lie in the directory. */
export function luaNames(directory = '.'): string[] {
  return readdirSync(new URL(`${directory}/`, LUA))
    .filter((file) => file.endsWith('.lua'))
    .map((file) => file.slice(0, -'.lua'.length));
}

/** Everything a pattern's first group finds, each once, sorted. */
export function findAll(text: string, pattern: RegExp): string[] {
  const found = [...text.matchAll(pattern)].map((match) => match[1] ?? '');
  return [...new Set(found)].sort();
}

/** `KEYS[1]`, `ARGV[4...]`: what the header lists, in its order. */
export function promised(header: string, table: 'KEYS' | 'ARGV'): string[] {
  return [...header.matchAll(new RegExp(`^-- ${table}\\[(\\d+(?:\\.\\.\\.)?)\\] \\S`, 'gm'))].map(
    (match) => match[1] ?? '',
  );
}

/** What the body uses: `KEYS[n]` as `n`; `ARGV` from n on, in whatever way, as `n...`. */
export function used(body: string, table: 'KEYS' | 'ARGV'): string[] {
  const single = findAll(body, new RegExp(`\\b${table}\\[(\\d+)\\]`, 'g'));
  if (table === 'KEYS') return single;
  const rest = [
    ...findAll(body, /\bunpack\(ARGV, (\d+)\)/g),
    ...findAll(body, /\blog_attempt\([^)]*, (\d+)\)/g),
    ...findAll(body, /\bfor i = (\d+), #ARGV do/g),
    ...findAll(body, /\blocal at = (\d+)\nwhile at <= #ARGV do/g),
  ];
  return [...single, ...rest.map((n) => `${n}...`)];
}

/** The tags a reply can begin with. */
export function promisedTags(header: string): string[] {
  // A list too long for one line goes on, indented, in the next.
  const list = /^-- Returns (.+(?:\n-- {3}.+)*)$/m.exec(header)?.[1] ?? '';
  return findAll(list.replace(/\n-- +/g, ' '), /(?:^|\| )\{'([a-z-]+)'/g);
}

/**
 * The tags the body can reply with: the texts in the first place of what it returns, and where that is
 * `fence`'s verdict, every verdict the body does not handle by itself.
 */
export function returnedTags(body: string, fence: string): string[] {
  const firsts = [
    ...findAll(body, /\breturn \{ ([^,}]+?)(?:,[^}]*)? \}/g),
    ...findAll(body, /\brecord_reply\([^{\n]*\{ ([^,}]+?)(?:,[^}]*)? \}/g),
    ...findAll(body, /\blocal reply = \{ ([^,} ]+)/g),
  ];
  const tags = firsts.flatMap((first) => [
    ...findAll(first.replace(/[=~]= '[^']*'/g, ''), /'([^']+)'/g),
    ...(/\bstanding\b/.test(first) ? unhandledVerdicts(body, fence) : []),
  ]);
  return [...new Set(tags)].sort();
}

function unhandledVerdicts(body: string, fence: string): string[] {
  const handled = findAll(body, /\bstanding [=~]= '([^']+)'/g);
  return findAll(fence, /\breturn '([^']+)'/g).filter((verdict) => !handled.includes(verdict));
}
