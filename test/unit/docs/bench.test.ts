import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { atMost } from '../../../scripts/bench/report/figure.ts';
import type { Results } from '../../../scripts/bench/report/results.ts';
import { PUBLISHED, readResults } from '../../../scripts/bench/report/results.ts';
import { costTable, withBenchmarks } from '../../../scripts/docs/bench.ts';
import { replaceBetween } from '../../../scripts/docs/markers.ts';

const ROOT = new URL('../../../', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, ROOT), 'utf8');

const RESULTS: Results = {
  form: 'full',
  startedAt: '2026-01-02T03:04:05.678Z',
  durationMs: 1,
  machine: {
    cpu: 'Fast CPU',
    cores: 2,
    memoryGb: 8,
    system: 'linux 6.1',
    load: 0,
    node: '20.0.0',
    redis: '7.0.0',
    bullmq: '6.0.0',
    commit: 'abcdef',
  },
  figures: [
    { scenario: 'lateness', name: 'lateness p50', unit: 'ms', value: 1.5, target: atMost(2) },
    { scenario: 'cost', name: 'cost: scripts', unit: 'count', value: 1 },
  ],
  series: {
    cost: [
      { of: 'ours', scripts: 1.02, commands: 14, roundTrips: 0.5, senderCpu: 300.4, redisCpu: 40 },
      { of: 'raw got', senderCpu: 250 },
    ],
  },
  failures: [],
};

describe('documents about the benchmarks (npm run docs writes them)', () => {
  it('replaces what stands between markers, and refuses a document without them', () => {
    const document = 'a\n<!-- x -->\nold $1\n<!-- /x -->\nb';
    expect(replaceBetween(document, 'x', 'new $1')).to.equal(
      'a\n<!-- x -->\nnew $1\n<!-- /x -->\nb',
    );
    expect(() => replaceBetween(document, 'y', '')).to.throw('y');
  });

  it('puts in the figures, where they were measured, and the costs side by side', () => {
    const empty = '<!-- figures -->\n<!-- /figures -->\n<!-- costs -->\n<!-- /costs -->';
    const document = withBenchmarks(empty, RESULTS);
    expect(document).to.contain('2026-01-02, commit abcdef: 2 × Fast CPU, linux 6.1; Node 20.0.0');
    expect(document).to.match(/\| lateness p50 \| 1\.50 ms .*\| met +\|/);
    expect(document).not.to.contain('cost: scripts');
    expect(costTable(RESULTS.series.cost ?? []).split('\n')).to.deep.equal([
      '| per delivered message | ours | raw got |',
      '| --- | --- | --- |',
      '| scripts | 1.02 | – |',
      '| commands, those in scripts included | 14 | – |',
      '| round trips | 0.50 | – |',
      '| CPU of the sender | 300 µs | 250 µs |',
      '| CPU of Redis | 40 µs | – |',
    ]);
    expect(withBenchmarks(document, RESULTS)).to.equal(document);
  });

  it('ARCHITECTURE.md shows the published run, which was a whole one', () => {
    const results = readResults(PUBLISHED);
    if (results === undefined) throw new Error('nothing is published: npm run bench -- --publish');
    expect(results).to.deep.include({ form: 'full', failures: [] });
    const architecture = read('ARCHITECTURE.md');
    expect(architecture).to.equal(withBenchmarks(architecture, results));
  });

  for (const name of ['README.md', 'README.pt-BR.md']) {
    it(`${name} shows charts that are there`, () => {
      const charts = [...read(name).matchAll(/!\[[^\]]+\]\(([^)]+\.svg)\)/g)];
      expect(charts.map(([, file]) => file)).to.have.length(2);
      for (const [, file = ''] of charts)
        expect(existsSync(new URL(file, ROOT)), file).to.equal(true);
    });
  }
});
