import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Skips } from '../../../../scripts/transfer/skips.ts';

describe('transfer: what is skipped', () => {
  it('is named on the screen up to a bound, and counted', () => {
    const skips = new Skips('line', undefined);
    for (let i = 1; i <= 50; i += 1) skips.add(i, 'bad');
    expect(skips.count).to.equal(50);
    const lines = skips.lines();
    expect(lines).to.have.length(21);
    expect(lines[0]?.trim()).to.equal('line 1: bad');
    expect(lines.at(-1)).to.match(/and 30 more: --report/);
  });

  it('cannot rewrite the screen, nor fill it', () => {
    const skips = new Skips('key', undefined);
    skips.add('a\x1b[2J\nb', 'x'.repeat(1000));
    const [line = ''] = skips.lines();
    expect(line).to.match(/^ +a\uFFFD\[2J\uFFFDb: x{200}…$/);
  });

  it('is all in the report, untouched', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'agendamento-skips-'));
    try {
      const file = path.join(dir, 'report');
      const skips = new Skips('key', file);
      for (let i = 0; i < 30; i += 1) skips.add(`message:\n${i}`, 'bad');
      skips.close();
      const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
      expect(lines).to.have.length(30);
      expect(JSON.parse(lines[29] ?? '')).to.deep.equal({ key: 'message:\n29', reason: 'bad' });
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
