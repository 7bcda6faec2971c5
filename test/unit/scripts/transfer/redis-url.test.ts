import { expect } from 'chai';
import { UserError } from '../../../../scripts/lib/user-error.mjs';
import { redisName, toRedisSettings } from '../../../../scripts/transfer/redis-url.ts';

const TLS = {
  ca: undefined,
  cert: undefined,
  key: undefined,
  serverName: 'x.example',
  verify: true,
};

const parseRedisUrl = (url: string) => toRedisSettings(url, () => TLS);

describe('transfer: the URL of a Redis', () => {
  const cases: [url: string, name: string, user: string | undefined, secret: string | undefined][] =
    [
      ['redis://h', 'redis://h:6379/0', undefined, undefined],
      ['redis://h/', 'redis://h:6379/0', undefined, undefined],
      ['REDIS://h:1/5', 'redis://h:1/5', undefined, undefined],
      ['redis://:p%40ss%2Fword@h:1', 'redis://h:1/0', undefined, 'p@ss/word'],
      ['redis://me:pw@10.0.0.1:6380/15', 'redis://10.0.0.1:6380/15', 'me', 'pw'],
      ['redis://[::1]:6380/2', 'redis://[::1]:6380/2', undefined, undefined],
      ['rediss://me:pw@h/3', 'rediss://h:6379/3', 'me', 'pw'],
    ];
  for (const [url, name, username, password] of cases) {
    it(`reads ${url}`, () => {
      const settings = parseRedisUrl(url);
      expect(redisName(settings)).to.equal(name);
      expect(settings).to.include({ username, password });
    });
  }

  it('gives an IPv6 address without its brackets', () => {
    const { topology } = parseRedisUrl('redis://[::1]');
    expect(topology).to.deep.equal({ kind: 'standalone', host: '::1', port: 6379 });
  });

  for (const url of [
    ...['', 'h:6379', 'http://h', 'redis://', 'redis:///0', 'redis://h:x', 'redis://h:99999'],
    ...['redis://h/abc', 'redis://h/1/2', 'redis://h/0?a=b', 'redis://h/0#x', 'redis://:%zz@h'],
  ]) {
    it(`refuses ${JSON.stringify(url)} and says what one looks like`, () => {
      expect(() => parseRedisUrl(url)).to.throw(
        UserError,
        /redis\[s\]:\/\/\[\[user\]:password@\]host/,
      );
    });
  }

  it('is encrypted as the settings say, with rediss:// only', () => {
    expect(parseRedisUrl('rediss://h').tls).to.equal(TLS);
    expect(parseRedisUrl('redis://h').tls).to.equal(undefined);
  });

  it('names sentinels and clusters by their addresses', () => {
    const settings = parseRedisUrl('redis://u:secret@h/3');
    const servers = [
      { host: 'a', port: 1 },
      { host: '::1', port: 2 },
    ];
    const who = { username: 'n', password: 's' };
    const sentinel = { kind: 'sentinel', sentinels: servers, name: 'm', ...who } as const;
    expect(redisName({ ...settings, topology: sentinel })).to.equal(
      'm/3 at the sentinels a:1, [::1]:2',
    );
    const cluster = { kind: 'cluster', nodes: servers } as const;
    expect(redisName({ ...settings, topology: cluster })).to.equal('the cluster of a:1, [::1]:2');
  });

  it('repeats no password', () => {
    expect(redisName(parseRedisUrl('redis://u:secret@h'))).not.to.contain('secret');
    expect(() => parseRedisUrl('redis://u:secret@h/x')).to.throw(UserError, /^((?!secret).)*$/s);
  });
});
