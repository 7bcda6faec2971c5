import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { ensureToken, loadEnvFile, namesARedis } from '../../../scripts/lib/env-file.mjs';

describe('scripts: .env', () => {
  let dir: string;
  let file: string;

  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'env-'));
    file = path.join(dir, '.env');
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it('lets the real environment win', () => {
    writeFileSync(file, 'API_PORT=1\nAPI_HOST=::1\n');
    const env = { API_PORT: '2' };
    loadEnvFile(file, env);
    expect(env).to.deep.equal({ API_PORT: '2', API_HOST: '::1' });
  });

  it('makes a token once, readable by its owner alone, and keeps the other lines', () => {
    writeFileSync(file, '# mine\nAPI_PORT=1', { mode: 0o644 });
    const token = ensureToken(file, {});
    expect(token).to.match(/^[\w-]{32}$/);
    expect(readFileSync(file, 'utf8')).to.equal(`# mine\nAPI_PORT=1\nAPI_TOKEN=${token}\n`);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const env = { API_TOKEN: '' };
    expect(ensureToken(file, env)).to.equal(token);
    expect(env.API_TOKEN).to.equal(token);
  });

  it('fills in for an empty token line', () => {
    writeFileSync(file, 'API_TOKEN=\n');
    const token = ensureToken(file, {});
    const env: NodeJS.ProcessEnv = {};
    loadEnvFile(file, env);
    expect(env.API_TOKEN).to.equal(token);
  });

  it('writes nothing when there is a token', () => {
    expect(ensureToken(file, { API_TOKEN: 'mine' })).to.equal('mine');
    expect(() => statSync(file)).to.throw('ENOENT');
  });

  it('makes no token that may do anything beside those of API_TOKENS', () => {
    expect(ensureToken(file, { API_TOKENS: 'ci:read:secret' })).to.equal(undefined);
    expect(() => statSync(file)).to.throw('ENOENT');
    expect(ensureToken(file, { API_TOKENS: 'ci:read:secret', API_TOKEN: 'mine' })).to.equal('mine');
  });

  it('knows whether the user has a Redis of their own', () => {
    expect(namesARedis({ API_PORT: '1', REDIS_HOST: '' })).to.equal(false);
    expect(namesARedis({ REDIS_PASSWORD: 'x' })).to.equal(true);
  });
});
