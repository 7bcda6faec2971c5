import { expect } from 'chai';
import { banner, reachable } from '../../../scripts/lib/banner.mjs';
import {
  describe as describeArrival,
  startDemoReceiver,
} from '../../../scripts/lib/demo-receiver.mjs';

describe('scripts: demo', () => {
  it('answers 204 and says what arrived', async () => {
    const lines: string[] = [];
    const receiver = await startDemoReceiver((line) => lines.push(line));
    try {
      const response = await fetch(receiver.url, {
        method: 'POST',
        headers: { 'webhook-id': 'a', 'webhook-scheduled-for': new Date().toISOString() },
        body: '{"n":1}',
      });
      expect(response.status).to.equal(204);
      expect(lines).to.have.length(1);
      expect(lines[0]).to.match(/POST \/webhook \(id a, \d+ ms after its time\): \{"n":1\}$/);
      expect((await fetch(receiver.url)).status).to.equal(405);
    } finally {
      await receiver.stop();
      await receiver.stop();
    }
  });

  it('reads no more than it must of a huge body', async () => {
    const receiver = await startDemoReceiver(() => {});
    try {
      const body = 'x'.repeat(100_000);
      const status = await fetch(receiver.url, { method: 'POST', body }).then((r) => r.status);
      expect(status).to.equal(413);
    } finally {
      await receiver.stop();
    }
  });

  it('cuts long bodies and keeps control characters off the terminal', () => {
    const request = { url: '/x', headers: { 'webhook-id': 'a' } };
    const line = describeArrival(request, `\u001b[2J${'y'.repeat(300)}`, 0);
    expect(line).to.match(/^◀ webhook POST \/x \(id a\): {2}\[2Jy{196}…$/);
  });

  it('names an address that a client can use', () => {
    expect(reachable('http://0.0.0.0:8000')).to.equal('http://localhost:8000');
    expect(reachable('http://[::]:8000/')).to.equal('http://localhost:8000');
    expect(reachable('http://10.0.0.0:80')).to.equal('http://10.0.0.0:80');
  });

  it('shows no token where there are only those of API_TOKENS', () => {
    const facts = {
      apiUrl: 'http://localhost:1',
      webhookUrl: 'http://x',
      redisPort: 7,
      prefix: '',
    };
    const shown = banner({ ...facts, token: undefined });
    expect(shown).to.contain('Token: one of API_TOKENS\n');
    expect(shown).to.contain("-H 'Authorization: Bearer <token>'").and.not.contain('undefined');
  });

  it('leaves redis-cli out when the user has a Redis of their own', () => {
    const facts = { apiUrl: 'http://localhost:1', token: 't', webhookUrl: 'http://x', prefix: '' };
    expect(banner({ ...facts, redisPort: undefined })).not.to.contain('redis-cli');
    const prefixed = banner({ ...facts, redisPort: 7, prefix: 'p:' });
    expect(prefixed).to.contain('redis-cli -p 7 HGETALL p:message:');
  });
});
