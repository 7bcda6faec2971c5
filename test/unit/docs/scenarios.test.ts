import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { scenariosTable, withScenarios } from '../../../scripts/docs/scenarios.ts';

describe('documents about chaos (npm run docs writes them)', () => {
  it('ARCHITECTURE.md lists every scenario as it is', () => {
    const text = readFileSync(new URL('../../../ARCHITECTURE.md', import.meta.url), 'utf8');
    expect(text).to.equal(withScenarios(text)).and.to.include(scenariosTable());
  });
});
