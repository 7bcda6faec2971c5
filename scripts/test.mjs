// npm test: everything that has to hold, step by step; arguments go on to mocha (--grep x, or files).
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from './lib/build.mjs';
import { ensureModules } from './lib/modules.mjs';
import { ensureRedisServer } from './lib/redis-install.mjs';
import { root } from './lib/root.mjs';
import { runNode, runQuietly } from './lib/run.mjs';
import { watchSignals } from './lib/signals.mjs';
import { reportError, UserError } from './lib/user-error.mjs';

const signals = watchSignals();
const { signal } = signals;
const results = mkdtempSync(path.join(tmpdir(), 'agendamento-test-'));
/** With --coverage the tests run under c8, which prints how much of src they reach. */
const COVERAGE = '--coverage';
const ALL = 'test/**/*.test.ts';
/** Tests that mostly wait, for failovers and the like: they run beside the others. */
const WAITING = [
  'test/e2e/chaos.test.ts',
  'test/e2e/container.test.ts',
  'test/**/{cluster,cluster-events,sentinel}.test.ts',
  'test/e2e/transfer/*.test.ts',
];

/** @type {[string, () => Promise<number | void>][]} */
const STEPS = [
  ['modules', () => ensureModules(root, { signal })],
  ['redis-server', () => ensureRedisServer({ signal })],
  ['types', () => tool('typescript/bin/tsc', ['--noEmit'])],
  ['lint', lint],
  ['build', () => build(root, { signal })],
  ['tests', runTests],
];

/**
 * @param {string} script below node_modules
 * @param {string[]} args
 */
function tool(script, args) {
  return runNode(path.join(root, 'node_modules', script), args, { cwd: root, signal });
}

/**
 * Each folder on its own, then all: Biome always counts its configuration file, so only a run on one
 * folder fails when its settings make it look at nothing there.
 * @returns {Promise<number>} the exit code of the first run that fails, or 0
 */
async function lint() {
  for (const where of ['src', 'test', 'scripts', '.']) {
    const code = await tool('@biomejs/biome/bin/biome', ['ci', '--error-on-warnings', where]);
    if (code !== 0) return code;
  }
  return 0;
}

/**
 * All tests, unless some are asked for.
 * @returns {Promise<number>} an exit code of mocha
 */
async function runTests() {
  const given = process.argv.slice(2).filter((word) => word !== COVERAGE);
  if (given.length > 0) {
    const spec = given.some((word) => word.endsWith('.test.ts')) ? [] : [ALL];
    return await runNode(...mocha('given', [...given, ...spec]), { cwd: root, signal });
  }
  const waiting = runQuietly(process.execPath, mocha('waiting', WAITING).flat(), {
    cwd: root,
    signal,
  });
  // Its end is waited for below, whatever becomes of the others.
  waiting.catch(() => undefined);
  const ignored = WAITING.flatMap((file) => ['--ignore', file]);
  const code = await runNode(...mocha('others', [...ignored, ALL]), { cwd: root, signal });
  const { code: waitingCode, output } = await waiting;
  process.stdout.write(output);
  // Mocha only warns of a pattern that matches no file, and the files it was for are ignored above.
  const missed = /^.*Cannot find any files matching pattern.*$/m.exec(output);
  if (missed !== null) throw new UserError(`${missed[0]} (WAITING in scripts/test.mjs)`);
  return code || waitingCode;
}

/**
 * @param {string} name of its results
 * @param {readonly string[]} words for mocha
 * @returns {[script: string, args: string[]]} what to run
 */
function mocha(name, words) {
  const script = path.join(root, 'node_modules/mocha/bin/mocha.js');
  const reporter = path.join(root, 'scripts/lib/mocha-reporter.mjs');
  const result = path.join(results, `${name}.json`);
  const reporting = ['--reporter', reporter, '--reporter-option', `result=${result}`];
  const args = [...reporting, '--fail-zero', ...words];
  if (!process.argv.includes(COVERAGE)) return [script, args];
  const coverage = ['--reporter=text-summary', '--include=src/**', process.execPath, script];
  return [path.join(root, 'node_modules/c8/bin/c8.js'), [...coverage, ...args]];
}

/**
 * @param {string} name
 * @param {() => Promise<number | void>} step
 * @throws {UserError} when it fails
 */
async function runStep(name, step) {
  console.log(`\n── ${name} ${'─'.repeat(Math.max(0, 76 - name.length))}`);
  const since = performance.now();
  const code = (await step()) ?? 0;
  const seconds = ((performance.now() - since) / 1000).toFixed(1);
  if (code !== 0) {
    process.exitCode = code;
    throw new UserError(`${name} failed after ${seconds} s (exit code ${code}).`);
  }
  console.log(`✓ ${name} (${seconds} s)`);
}

/** @returns {{ passed: number, failed: number }} of all runs of mocha; none is a failure */
function readResult() {
  const all = readdirSync(results).map((file) =>
    JSON.parse(readFileSync(path.join(results, file), 'utf8')),
  );
  const passed = all.reduce((sum, result) => sum + result.passed, 0);
  const failed = all.reduce((sum, result) => sum + result.failed, 0);
  // A failure beside the tests (no test at all, a type error) must not read like success.
  const isSilent = failed === 0 && (all.length === 0 || process.exitCode !== 0);
  return { passed, failed: isSilent ? 1 : failed };
}

process.exitCode = 0;
try {
  for (const [name, step] of STEPS) await runStep(name, step);
} catch (error) {
  process.exitCode = signals.exitCode() ?? (process.exitCode || 1);
  if (!signal.aborted) reportError(error);
} finally {
  const { passed, failed } = readResult();
  rmSync(results, { recursive: true, force: true });
  signals.release();
  console.log(`\n${passed} passed, ${failed} failed`);
}
