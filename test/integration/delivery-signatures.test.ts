import { expect } from 'chai';
import { Webhook } from 'standardwebhooks';
import { plain, useWebhookClient } from '../support/use-webhook-client.ts';

const SECRETS = [1, 2].map((fill) => `whsec_${Buffer.alloc(32, fill).toString('base64')}`);

/** The headers and the body of a request as it came over the wire. */
function parse(request = ''): { headers: Record<string, string>; body: string } {
  const [head = '', body = ''] = Buffer.from(request, 'latin1').toString().split('\r\n\r\n');
  const lines = head.split('\r\n').slice(1);
  const pairs = lines.map((line) => [
    line.slice(0, line.indexOf(':')),
    line.slice(line.indexOf(':') + 2),
  ]);
  return { headers: Object.fromEntries(pairs) as Record<string, string>, body };
}

describe('WebhookClient: signatures', () => {
  const { deliver, deliverTo, deliverWith, use, server } = useWebhookClient();
  const answer = (socket: { write(text: string): unknown }) => socket.write(plain('204 Fine'));

  beforeEach(async () => {
    await deliverTo(answer);
    use({ signing: { secrets: SECRETS } });
  });

  const last = () => parse(server().requests.at(-1));

  it('are of exactly what is sent', async () => {
    for (const payload of ['{"a": 1}', '"ção 🦄\\u0000"', '{"id":12345678901234567890}', 'null']) {
      await deliverWith({ payload }, server().url);
      const { headers, body } = last();
      expect(body).to.equal(payload);
      for (const secret of SECRETS) new Webhook(secret).verify(body, headers);
    }
  });

  it('are of any id, as it stands in the header', async () => {
    for (const id of ['5511999999999@s.whatsapp.net', 'a b%.é', '🦄']) {
      await deliverWith({ id }, server().url);
      const { headers, body } = last();
      new Webhook(SECRETS[1] ?? '').verify(body, headers);
      expect(decodeURIComponent(headers['webhook-id'] ?? '')).to.equal(id);
      expect(headers['webhook-id']).not.to.contain('.');
    }
  });

  it('are of an empty body when there is none, and of those of other methods', async () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const) {
      await deliverWith({ method }, server().url);
      const { headers, body } = last();
      expect(body === '', method).to.equal(method === 'GET');
      new Webhook(SECRETS[0] ?? '').verify(body, headers);
    }
  });

  it('win over headers that a message made up, and are made anew for each attempt', async () => {
    const forged = { 'webhook-signature': 'v1,x', 'webhook-timestamp': '1', 'webhook-id': 'x' };
    await deliverWith({ headers: forged }, server().url);
    new Webhook(SECRETS[0] ?? '').verify(last().body, last().headers);
    const first = last().headers['webhook-timestamp'];
    expect(Math.abs(Number(first) - Date.now() / 1000)).to.be.below(5);
  });

  it('are left out without a secret', async () => {
    use({});
    await deliver(server().url);
    expect(Object.keys(last().headers)).not.to.include('webhook-signature');
    expect(Object.keys(last().headers)).not.to.include('webhook-timestamp');
  });
});
