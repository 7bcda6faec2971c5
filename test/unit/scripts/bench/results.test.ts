import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { expect } from 'chai';
import { atMost } from '../../../../scripts/bench/report/figure.ts';
import { readMachine } from '../../../../scripts/bench/report/machine.ts';
import {
  isComplete,
  type Results,
  readResults,
  writeResults,
} from '../../../../scripts/bench/report/results.ts';
import { processStats } from '../../../../scripts/bench/stage/process-stats.ts';
import { parseInfo } from '../../../../scripts/bench/stage/redis.ts';

describe('bench: results', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'bench-results-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const machine = readMachine();
  const figure = { scenario: 'a', name: 'b', unit: 'ms', target: atMost(2) } as const;
  const results = (...values: number[]): Results => ({
    form: 'full',
    startedAt: new Date(0).toISOString(),
    durationMs: 1,
    machine,
    figures: values.map((value) => ({ ...figure, value })),
    series: { burst: [{ system: 'ours', perSecond: 1 }] },
    failures: [],
  });

  it('are written with their verdicts, and charts of what was measured', () => {
    const file = writeResults(path.join(dir, 'new'), results(1, 3));
    expect(readdirSync(path.dirname(file)).sort()).to.deep.equal(['burst.svg', 'latest.json']);
    const written = JSON.parse(readFileSync(file, 'utf8'));
    expect(written.figures.map((f: { verdict: string }) => f.verdict)).to.deep.equal([
      'met',
      'missed',
    ]);
  });

  it('are read back, what could not be measured too', () => {
    writeResults(dir, results(1, Number.NaN));
    const read = readResults(dir);
    expect(read?.figures.map(({ value }) => value)).to.deep.equal([1, Number.NaN]);
    expect(readResults(path.join(dir, 'nowhere'))).to.equal(undefined);
  });

  it('are complete when everything was measured, missed targets or not', () => {
    expect(isComplete(results(1, 3))).to.equal(true);
    expect(isComplete(results(1, Number.NaN))).to.equal(false);
    const failures = [{ scenario: 'a', reason: 'b' }];
    expect(isComplete({ ...results(1), failures })).to.equal(false);
  });

  it('say what machine it was', () => {
    expect(machine.cores).to.be.at.least(1);
    expect(machine.node).to.equal(process.versions.node);
    expect(machine.redis).to.match(/^\d+\.\d+\.\d+$/);
    expect(machine.bullmq).to.match(/^\d+\.\d+\.\d+$/);
  });
});

describe('bench: what a process and Redis tell', () => {
  it('reads CPU time and memory of a process', () => {
    const { cpuMs, rss, peakRss } = processStats(process.pid);
    const known = process.platform === 'linux';
    expect([cpuMs > 0, rss > 2 ** 20, peakRss >= rss]).to.deep.equal([known, known, known]);
  });

  it('reads the answer of INFO', () => {
    const info = parseInfo(
      '# Server\r\nredis_version:7.0.15\r\n\r\n# Stats\r\na:1:2\r\nempty:\r\n',
    );
    expect([...info]).to.deep.equal([
      ['redis_version', '7.0.15'],
      ['a', '1:2'],
      ['empty', ''],
    ]);
  });
});
