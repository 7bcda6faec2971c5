import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { envExample, settings, withSettings } from '../../../scripts/docs/settings.ts';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

describe('documents about the settings (npm run docs writes them)', () => {
  it('the README lists every setting as the schema has it', () => {
    const readme = read('README.md');
    expect(readme).to.equal(withSettings(readme));
    expect(readme).to.include('| `WEBHOOK_TIMEOUT_MS` | `30000` |');
  });

  it('.env.example has every setting', () => {
    expect(read('.env.example')).to.equal(envExample());
  });

  it('the Portuguese README has every setting with the same default', () => {
    const readme = read('README.pt-BR.md');
    for (const { name, fallback } of settings()) {
      const shown = fallback === undefined || fallback === '' ? '' : `\`${fallback}\``;
      expect(readme).to.include(`| \`${name}\` | ${shown} |`);
    }
  });
});
