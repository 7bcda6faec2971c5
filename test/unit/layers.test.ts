import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const BIOME = path.join(ROOT, 'node_modules/@biomejs/biome/bin/biome');

const LAYERS = ['domain', 'runtime', 'config', 'store', 'delivery', 'dispatch', 'triggers', 'http'];
const ROOT_FILES = ['app.ts', 'main.ts'];
const PACKAGES = ['ioredis', 'got', 'koa', '@koa/router', 'koa-bodyparser', 'prom-client'];
const PROCESS = ['node:process', 'process'];

/** The rule of ARCHITECTURE.md: who may import whom. Everything else is refused. */
const MAY_IMPORT: Record<string, string[]> = {
  domain: [],
  runtime: ['prom-client'],
  config: ['domain', 'runtime'],
  store: ['domain', 'runtime', 'ioredis'],
  delivery: ['domain', 'runtime', 'got'],
  dispatch: ['domain', 'runtime', 'store', 'delivery'],
  triggers: ['domain', 'runtime', 'store', 'dispatch'],
  http: ['domain', 'runtime', 'store', 'koa', '@koa/router', 'koa-bodyparser'],
  'http/handlers': ['domain', 'runtime', 'store', 'koa', '@koa/router', 'koa-bodyparser'],
  'app.ts': LAYERS,
  'main.ts': ['runtime', 'config', 'app.ts', ...PROCESS],
};

interface Finding {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
}

/** Lints sources (path → text) under the project's own biome.json, in a directory of their own. */
function lint(sources: Record<string, string>): Finding[] {
  const dir = mkdtempSync(path.join(tmpdir(), 'layers-'));
  try {
    for (const file of ['biome.json', 'package.json', '.gitignore']) {
      copyFileSync(path.join(ROOT, file), path.join(dir, file));
    }
    for (const [file, text] of Object.entries(sources)) {
      mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
      writeFileSync(path.join(dir, file), text);
    }
    const args = ['lint', '--reporter=github', '--colors=off', '--max-diagnostics=none', 'src'];
    const { stdout, error } = spawnSync(process.execPath, [BIOME, ...args], {
      cwd: dir,
      encoding: 'utf8',
    });
    if (error) throw error;
    const lines = stdout.matchAll(/^::error title=([^,]+),file=(.*?),line=(\d+),/gm);
    return [...lines].map(([, rule = '', file = '', line]) => ({
      rule: path.basename(rule),
      file: file.replaceAll('\\', '/').replace(/^.*?(?=src\/)/, ''),
      line: Number(line),
    }));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

/** Everything a part could import: the other layers, the files beside them, packages. */
function targetsOf(part: string): string[] {
  const [layer] = part.split('/');
  return [...LAYERS, ...ROOT_FILES, ...PACKAGES, ...PROCESS].filter(
    (target) => target !== layer && target !== part,
  );
}

/** How a part would spell the import of a target. */
function specifier(part: string, target: string): string {
  if (PACKAGES.includes(target) || PROCESS.includes(target)) return target;
  const up = part.endsWith('.ts') ? './' : '../'.repeat(part.split('/').length);
  return up + (target.endsWith('.ts') ? target : `${target}/some-part.ts`);
}

const fileOf = (part: string) => (part.endsWith('.ts') ? `src/${part}` : `src/${part}/probe.ts`);

describe('layers: the lint rule', () => {
  let findings: Finding[];

  before(() => {
    const probes = Object.keys(MAY_IMPORT).map((part) => {
      const lines = targetsOf(part).map((target) => `import '${specifier(part, target)}';\n`);
      return [fileOf(part), lines.join('')];
    });
    findings = lint(Object.fromEntries(probes));
  });

  for (const [part, allowed] of Object.entries(MAY_IMPORT)) {
    it(`lets ${part} import ${allowed.join(', ') || 'no other layer'} and refuses the rest`, () => {
      const targets = targetsOf(part);
      const refused = findings
        .filter(({ rule, file }) => rule === 'noRestrictedImports' && file === fileOf(part))
        .map(({ line }) => targets[line - 1]);
      expect(refused).to.have.members(targets.filter((target) => !allowed.includes(target)));
    });
  }

  it('knows every layer there is', () => {
    const directories = readdirSync(path.join(ROOT, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(directories).to.have.members(LAYERS);
  });

  it('sees every form of import', () => {
    const forms = [
      "import type { Keys } from '../store/keys.ts';",
      "import { Keys } from '../store/keys.ts';",
      "export { Keys } from '../store/keys.ts';",
      "export * from '../store/keys.ts';",
      "export const keys = await import('../store/keys.ts');",
    ];
    const found = lint({ 'src/domain/probe.ts': `${forms.join('\n')}\n` });
    const lines = found.filter(({ rule }) => rule === 'noRestrictedImports').map((f) => f.line);
    expect(lines).to.have.members([1, 2, 3, 4, 5]);
  });

  it('leaves the process to main.ts, its global included', () => {
    const probe = 'export const id = process.pid;\n';
    const found = lint({
      'src/runtime/probe.ts': probe,
      'src/app.ts': probe,
      'src/main.ts': probe,
    });
    const refused = found.filter(({ rule }) => rule === 'noProcessGlobal').map(({ file }) => file);
    expect(refused).to.have.members(['src/runtime/probe.ts', 'src/app.ts']);
  });

  it('reports a cycle, of two files and of three', () => {
    const importing = (name: string) => `import { b } from './${name}.ts';\nexport const a = b;\n`;
    const found = lint({
      'src/domain/one.ts': importing('two'),
      'src/domain/two.ts': importing('one'),
      'src/store/a.ts': importing('b'),
      'src/store/b.ts': importing('c'),
      'src/store/c.ts': importing('a'),
      'src/store/outside.ts': importing('a'),
    });
    const cyclic = found.filter(({ rule }) => rule === 'noImportCycles').map(({ file }) => file);
    expect(cyclic).to.have.members([
      ...['src/domain/one.ts', 'src/domain/two.ts'],
      ...['src/store/a.ts', 'src/store/b.ts', 'src/store/c.ts'],
    ]);
  });
});
