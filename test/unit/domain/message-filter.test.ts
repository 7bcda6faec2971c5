import { expect } from 'chai';
import type { ListedMessage } from '../../../src/domain/message.ts';
import { matchesFilter, parseDestination } from '../../../src/domain/message-filter.ts';

const MESSAGE: ListedMessage = {
  id: 'a',
  status: 'scheduled',
  webhookUrl: 'https://Receiver.example:8443/hook',
  method: 'POST',
  dueAt: 0,
  tags: ['x', 'y'],
};

/** Whether a message to that URL passes a filter by host. */
function passes(host: string, webhookUrl: string): boolean {
  const destination = parseDestination(host);
  if (destination === undefined) throw new Error(`${host} is no destination`);
  return matchesFilter({ host: destination }, { ...MESSAGE, webhookUrl });
}

describe('domain: message filter', () => {
  it('lets everything through when nothing is asked', () => {
    expect(matchesFilter({}, MESSAGE)).to.equal(true);
  });

  it('asks for status and tag, and for all of them at once', () => {
    expect(matchesFilter({ status: 'scheduled' }, MESSAGE)).to.equal(true);
    expect(matchesFilter({ status: 'delivering' }, MESSAGE)).to.equal(false);
    expect(matchesFilter({ tag: 'y' }, MESSAGE)).to.equal(true);
    expect(matchesFilter({ tag: 'Y' }, MESSAGE)).to.equal(false);
    expect(matchesFilter({ tag: 'z' }, { ...MESSAGE, tags: [] })).to.equal(false);
    expect(matchesFilter({ status: 'scheduled', tag: 'z' }, MESSAGE)).to.equal(false);
    expect(matchesFilter({ status: 'failed', tag: 'x' }, MESSAGE)).to.equal(false);
  });

  const hosts: [host: string, url: string, passes: boolean][] = [
    ['receiver.example', 'https://receiver.example/', true],
    ['RECEIVER.Example', 'https://receiver.EXAMPLE/', true],
    ['receiver.example', 'https://receiver.example:8443/', true],
    ['receiver.example:8443', 'https://receiver.example:8443/', true],
    ['receiver.example:8443', 'https://receiver.example/', false],
    ['receiver.example:443', 'https://receiver.example/', true],
    ['receiver.example:443', 'http://receiver.example/', false],
    ['receiver.example:80', 'http://receiver.example:80/', true],
    ['receiver.example', 'https://other.receiver.example/', false],
    ['receiver.example', 'https://other/receiver.example', false],
    ['ção.example', 'https://xn--o-xfal.example/', true],
    ['127.0.0.1', 'http://127.0.0.1:3000/', true],
    ['[::1]', 'http://[0:0::1]/', true],
    ['[::1]:3000', 'http://[::1]:3000/', true],
    ['receiver.example', 'damaged by hand', false],
  ];
  for (const [host, url, passed] of hosts) {
    it(`${host} ${passed ? 'takes' : 'leaves out'} ${url}`, () => {
      expect(passes(host, url)).to.equal(passed);
    });
  }

  for (const text of [
    ...['', ' ', ':80', 'a:', 'a:x', 'a:99999', 'a:123456', 'a b', 'http://a', 'a/b', 'u@a', 'a?b'],
    ...['[::1', '::1', '[::1]x', '[zz]', 'a#b', 'a\\b', '%41', 'a:80:80', '256.1.1.1', '\u0000'],
  ]) {
    it(`${JSON.stringify(text)} is no destination`, () => {
      expect(parseDestination(text)).to.equal(undefined);
    });
  }
});
