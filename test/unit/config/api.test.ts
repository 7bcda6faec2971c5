import { expect } from 'chai';
import { readConfig } from '../../../src/config/config.ts';

const TOKEN = { API_TOKEN: 'secret-token' };

describe('config: how often a token may ask', () => {
  it('is unlimited unless told', () => {
    expect(readConfig(TOKEN).api.rateLimit).to.equal(undefined);
    const off = { ...TOKEN, API_RATE_LIMIT: '0', API_RATE_BURST: '5' };
    expect(readConfig(off).api.rateLimit).to.equal(undefined);
  });

  it('lets it make the requests of a second at once, and at least one, unless told', () => {
    const limitWith = (limit: string) =>
      readConfig({ ...TOKEN, API_RATE_LIMIT: limit }).api.rateLimit;
    expect(limitWith('20')).to.deep.equal({ perSecond: 20, burst: 20 });
    expect(limitWith('2.5')).to.deep.equal({ perSecond: 2.5, burst: 3 });
    expect(limitWith('0.01')).to.deep.equal({ perSecond: 0.01, burst: 1 });
  });

  it('has a burst only where there is a limit', () => {
    expect(() => readConfig({ ...TOKEN, API_RATE_BURST: '5' })).to.throw(
      'invalid settings:\nAPI_RATE_BURST: goes with API_RATE_LIMIT only',
    );
  });
});
