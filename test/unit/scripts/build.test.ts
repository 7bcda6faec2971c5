import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { build, buildIsFresh, ensureBuilt } from '../../../scripts/lib/build.mjs';

/** Stands in for tsc: appends to a file how often it ran, and fails when a source says so. */
const COMPILER = `
const fs = require('node:fs');
fs.mkdirSync('dist');
fs.appendFileSync('runs', 'x');
fs.copyFileSync('src/main.ts', 'dist/main.js');
process.exitCode = fs.readFileSync('src/main.ts', 'utf8') === 'broken' ? 2 : 0;
`;

describe('scripts: build', () => {
  let root: string;
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  };
  const runs = (): number => statSync(path.join(root, 'runs')).size;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'build-'));
    write('node_modules/typescript/bin/tsc', COMPILER);
    write('src/main.ts', 'one');
    write('src/store/lua/claim.lua', 'return 1');
    write('src/store/lua/includes/now.lua', 'return 2');
    write('src/store/lua/notes.md', 'not a script');
    for (const file of ['config/tsconfig.build.json', 'tsconfig.json', 'package-lock.json']) {
      write(file, '{}');
    }
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('puts the Lua scripts, and only them, beside the compiled code', async () => {
    await build(root);
    const files = readdirSync(path.join(root, 'dist/store/lua'), { recursive: true }).sort();
    expect(files).to.deep.equal(['claim.lua', 'includes', 'includes/now.lua']);
  });

  it('builds when there is no build, and not again', async () => {
    await ensureBuilt(root);
    await ensureBuilt(root);
    expect(runs()).to.equal(1);
  });

  for (const source of ['src/main.ts', 'src/store/lua/includes/now.lua', 'tsconfig.json']) {
    it(`builds again when ${source} has changed`, async () => {
      await ensureBuilt(root);
      write(source, 'changed');
      await ensureBuilt(root);
      expect(runs()).to.equal(2);
    });
  }

  it('builds again when a file was renamed or removed', async () => {
    await ensureBuilt(root);
    rmSync(path.join(root, 'src/store/lua/claim.lua'));
    expect(buildIsFresh(root)).to.equal(false);
    await ensureBuilt(root);
    expect(existsSync(path.join(root, 'dist/store/lua/claim.lua'))).to.equal(false);
  });

  it('does not take a failed build for a whole one', async () => {
    write('src/main.ts', 'broken');
    const thrown = await build(root).catch((error: unknown) => error);
    expect(thrown).to.be.an('error').with.property('message').that.contains('The build failed');
    expect(existsSync(path.join(root, 'dist/main.js'))).to.equal(true);
    expect(buildIsFresh(root)).to.equal(false);
  });
});
