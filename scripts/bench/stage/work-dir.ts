import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Scope } from '../../harness/scope.ts';

/** A temporary directory, gone with the scope, or with this process should it leave abruptly. */
export function makeWorkDir(scope: Scope): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'agendamento-bench-'));
  const remove = () => rmSync(dir, { recursive: true, force: true });
  process.once('exit', remove);
  scope.defer(() => {
    process.off('exit', remove);
    remove();
    return Promise.resolve();
  });
  return dir;
}
