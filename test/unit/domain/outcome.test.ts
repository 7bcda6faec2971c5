import { expect } from 'chai';
import { classifyStatus } from '../../../src/domain/outcome.ts';

describe('domain: outcome of an HTTP status', () => {
  for (const statusCode of [200, 201, 204, 299]) {
    it(`${statusCode} is delivered`, () => {
      expect(classifyStatus(statusCode)).to.deep.equal({ kind: 'delivered', statusCode });
    });
  }

  for (const statusCode of [100, 199, 300, 301, 307, 400, 404, 410, 429, 500, 503, 599]) {
    it(`${statusCode} is rejected`, () => {
      expect(classifyStatus(statusCode)).to.deep.equal({
        kind: 'rejected',
        statusCode,
        error: `the receiver answered ${statusCode}`,
      });
    });
  }
});
