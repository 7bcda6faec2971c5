import { expect } from 'chai';
import { helpText, readArguments, settingsSummary, UsageError } from '../../src/command-line.ts';
import { readSettings } from '../../src/config/config.ts';
import { SETTINGS } from '../../src/config/reference.ts';

describe('the command line', () => {
  it('runs the service unless it asks for something else', () => {
    expect(readArguments([])).to.equal('run');
    expect(readArguments(['--help'])).to.equal('help');
    expect(readArguments(['-h'])).to.equal('help');
    expect(readArguments(['--check-config'])).to.equal('check-config');
    expect(readArguments(['--check-config', '--help'])).to.equal('help');
  });

  for (const wrong of ['--port=1', '-x', 'API_PORT=1', '--check-config=yes', '--no-help', '']) {
    it(`refuses ${JSON.stringify(wrong)}, and says what to do`, () => {
      const read = () => readArguments([wrong]);
      expect(read).to.throw(UsageError, /--help says what there is/);
    });
  }

  it('--help has every setting, with its default, its bounds and its meaning', () => {
    const lines = helpText().split('\n');
    for (const { name, description } of SETTINGS) {
      const at = lines.findIndex((line) => line.startsWith(`  ${name}=`));
      expect(lines[at + 1], name).to.equal(`      ${description}`);
    }
    expect(lines).to.include('  API_TOKEN=  (required)');
    expect(lines).to.include('  API_PORT=8000  (0 … 65535)');
    expect(lines).to.include('  API_LOCALE=pt-BR  (pt-BR, en)');
  });
});

describe('the summary of the settings', () => {
  const TOKEN = { API_TOKEN: 'hush-hush' };
  const summary = (env: Record<string, string>) =>
    settingsSummary(readSettings(env), env).split('\n');

  it('has a line for each, and says which were set', () => {
    const lines = summary({ ...TOKEN, API_PORT: '81', API_HOST: '', OF_SOMETHING_ELSE: '1' });
    expect(lines[0]).to.equal(`The settings are fine: 2 of ${SETTINGS.length} are set.`);
    expect(lines).to.include.members([
      'API_PORT=81',
      'API_HOST=0.0.0.0  # default',
      '# REDIS_USERNAME=',
    ]);
    expect(lines).to.have.length(SETTINGS.length + 3);
  });

  it('knows the defaults that follow from other settings', () => {
    const lines = summary({ ...TOKEN, WEBHOOK_TIMEOUT_MS: '1000', REDIS_CLUSTER_NODES: 'a:1' });
    expect(lines).to.include.members([
      'WEBHOOK_LEASE_MS=16000  # default',
      'PARTITIONS=64  # default',
    ]);
  });

  it('shows no secret', () => {
    const secrets = SETTINGS.filter(({ isSecret }) => isSecret).map(({ name }) => name);
    expect(secrets).to.include.members(['API_TOKEN', 'REDIS_PASSWORD', 'REDIS_SENTINEL_PASSWORD']);
    const env = Object.fromEntries(SETTINGS.map(({ name }) => [name, 'hush-hush']));
    const settings = { ...readSettings(TOKEN), ...env };
    const shown = settingsSummary(settings, env)
      .split('\n')
      .filter((line) => line.endsWith('=***'));
    expect(shown).to.deep.equal(secrets.map((name) => `${name}=***`));
  });

  it('a setting that sounds like a secret is one', () => {
    const sounding = SETTINGS.filter(({ name }) => /TOKEN|PASSWORD|SECRET|_KEYS?$/.test(name));
    for (const { name, isSecret } of sounding) expect(isSecret, name).to.equal(true);
  });
});
