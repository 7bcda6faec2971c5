import { expect } from 'chai';
import { readConfig } from '../../../src/config/config.ts';
import { problemsOf } from '../support/config-problems.ts';

const TOKEN = { API_TOKEN: 'secret-token' };

const WRONG: Readonly<Record<string, readonly string[]>> = {
  WEBHOOK_NETWORKS: ['local', 'PUBLIC', 'public,private'],
  WEBHOOK_ALLOW_CIDRS: ['10.0.0.0/33', '10.0.0', 'example.com', '10.0.0.0/8,', '10.0.0.0/8 ::1'],
  WEBHOOK_DENY_CIDRS: ['::/129', 'fe80::1%eth0', ',', '10.0.0.0/8;::1'],
  WEBHOOK_ALLOW_HOSTS: [
    'http://a',
    'a b',
    '10.0.0.1',
    '::1',
    '*',
    '*.*.a',
    'a,',
    'a:80',
    'a/b',
    '*a',
  ],
  WEBHOOK_PROXY: [
    'proxy',
    'proxy:3128',
    'socks5://p:1',
    'http://p:1/path',
    'http://p:1/?a',
    'http://',
  ],
};

describe('config: where webhooks may go', () => {
  for (const [name, texts] of Object.entries(WRONG)) {
    for (const text of texts) {
      it(`${name}=${text} is refused by name`, () => {
        const [problem, ...others] = problemsOf({ ...TOKEN, [name]: text });
        expect(others).to.deep.equal([]);
        expect(problem).to.match(new RegExp(`^${name}: must (?:match format|be equal)`));
      });
    }
  }

  it('shows what a list looks like, and never the password of a proxy', () => {
    expect(problemsOf({ ...TOKEN, WEBHOOK_DENY_CIDRS: 'x' })).to.deep.equal([
      'WEBHOOK_DENY_CIDRS: must match format "10.0.0.0/8,fd00::/8", is "x"',
    ]);
    const [problem] = problemsOf({ ...TOKEN, WEBHOOK_PROXY: 'ftp://me:secret@proxy' });
    expect(problem).not.to.contain('secret');
  });

  it('takes lists with spaces, one item or many', () => {
    const { destinations } = readConfig({
      ...TOKEN,
      WEBHOOK_ALLOW_CIDRS: ' 10.0.0.0/8 , fd00::/8',
      WEBHOOK_ALLOW_HOSTS: 'n8n',
    }).webhook;
    expect(destinations.allowCidrs).to.deep.equal(['10.0.0.0/8', 'fd00::/8']);
    expect(destinations.allowHosts).to.deep.equal(['n8n']);
  });

  it('does not look at the proxies of others', () => {
    const env = { ...TOKEN, HTTPS_PROXY: 'http://p:1', https_proxy: 'http://p:1', HTTP_PROXY: 'x' };
    expect(readConfig(env).webhook.proxy).to.equal(undefined);
  });
});

describe('config: what webhooks are signed with', () => {
  const encode = (prefix: string, length: number) =>
    prefix + Buffer.alloc(length, 5).toString('base64');

  for (const [name, text] of [
    ...['secret', encode('whsec_', 23), encode('whsec_', 65), `${encode('whsec_', 32)},`].map(
      (wrong) => ['WEBHOOK_SECRETS', wrong] as const,
    ),
    ...[encode('whsk_', 31), encode('whsk_', 64), encode('whsec_', 32)].map(
      (wrong) => ['WEBHOOK_ED25519_KEYS', wrong] as const,
    ),
  ]) {
    it(`${name}=${text} is refused by name, and not told`, () => {
      const [problem, ...others] = problemsOf({ ...TOKEN, [name]: text });
      expect(others).to.deep.equal([]);
      expect(problem).to.match(new RegExp(`^${name}: must match format "wh[a-z]+_<base64`));
      expect(problem).not.to.contain('BQUFBQ');
    });
  }
});
