import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { errorCode } from './user-error.mjs';

/**
 * Reads `.env` into an environment; what is set there already wins.
 * @param {string} file
 * @param {NodeJS.ProcessEnv} env changed
 * @throws when the file is there and cannot be read
 */
export function loadEnvFile(file, env) {
  for (const [name, value] of Object.entries(parseEnv(readIfThere(file)))) env[name] ??= value;
}

/**
 * Makes sure there is an API token: a random one is added to `.env`, for later starts too. None is made
 * beside those of API_TOKENS: it would open what they keep closed.
 * @param {string} file
 * @param {NodeJS.ProcessEnv} env changed
 * @returns {string | undefined} the value of API_TOKEN
 */
export function ensureToken(file, env) {
  const before = readIfThere(file);
  // One that is set, but empty, is none.
  const { API_TOKEN: given, API_TOKENS: others } = env;
  const { API_TOKEN: noted } = parseEnv(before);
  if (others && !given && !noted) return undefined;
  const token = given || noted || randomBytes(24).toString('base64url');
  Object.assign(env, { API_TOKEN: token });
  if (given || noted) return token;
  const newline = before === '' || before.endsWith('\n') ? '' : '\n';
  // Appended: of two lines for one name the later counts, and the user's own lines stay as they are.
  appendFileSync(file, `${newline}API_TOKEN=${token}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return token;
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @returns {boolean} whether the user has a Redis of their own
 */
export function namesARedis(env) {
  return Object.entries(env).some(([name, value]) => name.startsWith('REDIS_') && value);
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  }
}
