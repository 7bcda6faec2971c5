import { expect } from 'chai';
import { type DestinationPolicy, Destinations } from '../../../src/domain/destinations.ts';

const destinations = (over: Partial<DestinationPolicy> = {}) =>
  new Destinations({ networks: 'private', allowCidrs: [], denyCidrs: [], allowHosts: [], ...over });

describe('domain: destinations known beforehand', () => {
  const refused = (url: string, over: Partial<DestinationPolicy> = {}) =>
    destinations(over).refusalOfHost(new URL(url).hostname) !== undefined;

  for (const host of [
    ...['169.254.169.254', '0xa9fea9fe', '2852039166', '0251.0376.0251.0376', '169.254.43518'],
    ...[
      '[fe80::1]',
      '[::ffff:169.254.169.254]',
      '[::ffff:a9fe:a9fe]',
      '[fd00:ec2::254]',
      '0',
      '0.0.0.0',
    ],
    ...['169.254.169.254.', '[64:ff9b::169.254.169.254]', '①⑥⑨.②⑤④.①⑥⑨.②⑤④', '169。254。169。254'],
  ]) {
    it(`http://${host}/ is refused, however it is spelled`, () => {
      expect(refused(`http://${host}/`)).to.equal(true);
    });
  }

  for (const host of [
    '127.1',
    '2130706433',
    '0x7f.1',
    '017700000001',
    '[::1]',
    '10.0.0.1',
    'LOCALHOST',
  ]) {
    it(`http://${host}/ is refused where networks are public`, () => {
      expect(refused(`http://${host}/`)).to.equal(false);
      expect(refused(`http://${host}/`, { networks: 'public' })).to.equal(true);
    });
  }

  it('names below localhost are this machine; others are not known', () => {
    for (const host of ['localhost', 'a.localhost', 'localhost.']) {
      expect(refused(`http://${host}/`, { networks: 'public' }), host).to.equal(true);
      expect(refused(`http://${host}/`, { denyCidrs: ['127.0.0.0/8', '::1'] }), host).to.equal(
        true,
      );
      expect(refused(`http://${host}/`, { denyCidrs: ['127.0.0.0/8'] }), host).to.equal(false);
    }
    for (const host of ['example.com', 'notlocalhost', 'localhost.example.com']) {
      expect(refused(`http://${host}/`, { networks: 'public' }), host).to.equal(false);
    }
    expect(
      refused('http://localhost/', { networks: 'public', allowHosts: ['localhost'] }),
    ).to.equal(false);
  });
});
