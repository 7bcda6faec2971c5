import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { envExample, withSettings, withSettingsPtBR } from '../../../scripts/docs/settings.ts';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

describe('documents about the settings (npm run docs writes them)', () => {
  it('the README lists every setting as the schema has it', () => {
    const readme = read('README.md');
    expect(readme).to.equal(withSettings(readme));
    expect(readme).to.include('| `WEBHOOK_TIMEOUT_MS` | `30000` | 1 … 600000 | A whole attempt');
  });

  it('the Portuguese README does too, in Portuguese', () => {
    const readme = read('README.pt-BR.md');
    expect(readme).to.equal(withSettingsPtBR(readme));
    expect(readme).to.include(
      '| `WEBHOOK_TIMEOUT_MS` | `30000` | 1 … 600000 | Uma tentativa inteira',
    );
  });

  it('.env.example has every setting', () => {
    expect(read('.env.example')).to.equal(envExample());
  });
});
