import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ownMetrics, withMetrics, withMetricsPtBR } from '../../../scripts/docs/metrics.ts';
import { metricsPtBR } from '../../../scripts/docs/metrics-pt-br.ts';

const read = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

describe('documents about metrics and alarms (npm run docs writes them)', () => {
  it('both READMEs list every metric and alarm there is', () => {
    for (const [name, update] of [
      ['README.md', withMetrics],
      ['README.pt-BR.md', withMetricsPtBR],
    ] as const) {
      const readme = read(name);
      expect(readme).to.equal(update(readme));
      expect(readme).to.include('| `agendamento_messages` | `state` |');
      expect(readme).to.include('| `eviction-policy` |');
    }
  });

  it('nothing is described that is not there', () => {
    expect(Object.keys(metricsPtBR)).to.have.members(ownMetrics().map(({ name }) => name));
  });
});
