import { createPublicKey, verify } from 'node:crypto';
import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { ask } from '../support/api.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { scheduleOne } from '../support/schedule.ts';
import { useServices } from '../support/service.ts';

const SECRETS = [1, 2].map((fill) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`);
const KEY = `whsk_${Buffer.alloc(32, 3).toString('base64')}`;

describe('signed webhooks', () => {
  const redis = useRedis();
  const receiver = useReceiver();
  const start = useServices(redis);

  it('are verified by receivers that hold a secret, and by those that fetched the key', async () => {
    const service = await start({
      WEBHOOK_SECRETS: SECRETS.join(', '),
      WEBHOOK_ED25519_KEYS: KEY,
      WEBHOOK_RETRY_BASE_MS: '10',
    });
    receiver.current.answerWith(({ attempt }, response) => {
      response.writeHead(attempt === 1 ? 500 : 200).end();
    });
    await scheduleOne(service, { id: 'a.b', dueAt: Date.now(), webhookUrl: receiver.current.url });
    await receiver.current.waitFor(2);
    const { text } = await ask(service.url, { method: 'GET', path: '/.well-known/jwks.json' });
    const [jwk] = (JSON.parse(text) as { keys: { kty: 'OKP'; crv: 'Ed25519'; x: string }[] }).keys;
    if (jwk === undefined) throw new Error('no key');
    for (const { headers, body } of receiver.current.received) {
      const signed = headers as Record<string, string>;
      for (const secret of SECRETS) new Webhook(secret).verify(body, signed);
      const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': all } = signed;
      expect(id).to.equal('a%2Eb');
      const signature = all?.split(' ').find((one) => one.startsWith('v1a,')) ?? '';
      const key = createPublicKey({ key: jwk, format: 'jwk' });
      const content = Buffer.from(`${id}.${at}.${body}`);
      expect(verify(null, content, key, Buffer.from(signature.slice(4), 'base64'))).to.equal(true);
    }
  });

  it('are none unless asked for, and then there are no keys', async () => {
    const service = await start();
    await scheduleOne(service, { id: 'a.b', dueAt: Date.now(), webhookUrl: receiver.current.url });
    await receiver.current.waitFor(1);
    const [{ headers } = { headers: {} }] = receiver.current.received;
    expect(headers).not.to.have.any.keys('webhook-signature', 'webhook-timestamp');
    expect(headers).to.include({ 'webhook-id': 'a.b' });
    const { text } = await ask(service.url, { method: 'GET', path: '/.well-known/jwks.json' });
    expect(JSON.parse(text)).to.deep.equal({ keys: [] });
  });
});
