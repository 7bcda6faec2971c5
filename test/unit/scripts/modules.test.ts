import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ensureModules, modulesAreFresh } from '../../../scripts/lib/modules.mjs';

describe('scripts: modules', () => {
  let root: string;
  let installs: number;

  const install = (): Promise<void> => {
    installs += 1;
    mkdirSync(path.join(root, 'node_modules'), { recursive: true });
    return Promise.resolve();
  };

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'modules-'));
    writeFileSync(path.join(root, 'package-lock.json'), '{"one":1}');
    installs = 0;
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('installs when node_modules is missing, and not again', async () => {
    await ensureModules(root, { install });
    await ensureModules(root, { install });
    expect(installs).to.equal(1);
    expect(modulesAreFresh(root)).to.equal(true);
  });

  it('installs again when the lockfile has changed', async () => {
    await ensureModules(root, { install });
    writeFileSync(path.join(root, 'package-lock.json'), '{"one":2}');
    await ensureModules(root, { install });
    expect(installs).to.equal(2);
  });

  it('does not trust a node_modules that it did not see installed', async () => {
    mkdirSync(path.join(root, 'node_modules'));
    await ensureModules(root, { install });
    expect(installs).to.equal(1);
  });

  it('does not count an interrupted installation, even over an older whole one', async () => {
    await ensureModules(root, { install });
    writeFileSync(path.join(root, 'package-lock.json'), '{"one":2}');
    const interrupted = new Error('interrupted');
    const thrown = await ensureModules(root, { install: () => Promise.reject(interrupted) }).catch(
      (error: unknown) => error,
    );
    expect(thrown).to.equal(interrupted);
    writeFileSync(path.join(root, 'package-lock.json'), '{"one":1}');
    expect(modulesAreFresh(root)).to.equal(false);
  });
});
