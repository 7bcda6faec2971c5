import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { apiAt, messageBody } from '../support/api.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { runScript } from '../support/script.ts';
import { useServices } from '../support/service.ts';
import { until } from '../support/until.ts';

const key = (byte: number) => Buffer.alloc(32, byte).toString('base64');
const OLD = `old:${key(1)}`;
const NEW = `new:${key(2)}`;

describe('PAYLOAD_KEYS', () => {
  const redis = useRedis();
  const receiver = useReceiver();
  const start = useServices(redis);
  let dir: string;

  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'agendamento-keys-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const body = (id: string, more: object = {}) =>
    messageBody(id, { webhookUrl: receiver.current.url, payload: { secret: '4111' }, ...more });

  const stored = (id: string) => redis.current.client.hget(`message:${id}`, 'payload');

  it('are nothing that callers or receivers notice', async () => {
    const api = apiAt((await start({ PAYLOAD_KEYS: OLD })).url);
    const headers = { 'x-of-message': 'secret' };
    await api.post(body('later', { headers, tags: ['t'] }));
    expect(await stored('later')).to.match(/^enc:v1:old:/);
    const read = JSON.parse((await api.get('/messages/later')).text);
    expect(read).to.deep.include({ payload: { secret: '4111' }, headers });
    expect(JSON.parse((await api.get('/messages?tag=t')).text).count).to.equal(1);
    await api.send('PATCH', '/messages/later', { payload: { secret: '4222' } });
    await api.send('POST', '/messages/later/fire');
    await receiver.current.waitFor(1);
    const [received] = receiver.current.received;
    expect(received?.body).to.equal('{"secret":"4222"}');
    expect(received?.headers).to.include(headers);
  });

  it('that are missing fail a message with the reason; with the key it can be replayed', async () => {
    const first = await start({ PAYLOAD_KEYS: OLD });
    await apiAt(first.url).post(body('a'));
    await first.end();
    const second = await start({ PAYLOAD_KEYS: NEW });
    const api = apiAt(second.url);
    await api.send('POST', '/messages/a/fire');
    const lastError = await until('it failed', async () => {
      const { status, lastError } = JSON.parse((await api.get('/messages/a')).text);
      return status === 'falhou' && lastError;
    });
    expect(lastError).to.equal('payload key "old" is not configured');
    const line = await second.logged('attempt');
    expect(line).to.include({ outcome: 'unreadable', error: lastError });
    expect(JSON.stringify(second.logs)).not.to.include(key(2));
    await second.end();
    expect(receiver.current.received).to.deep.equal([]);
    const third = apiAt((await start({ PAYLOAD_KEYS: `${NEW},${OLD}` })).url);
    await third.send('POST', '/messages/a/replay');
    await receiver.current.waitFor(1);
    expect(receiver.current.received[0]?.body).to.equal('{"secret":"4111"}');
  });

  it('are replaced by an export and an import; an export says which are in use, or decrypts', async () => {
    const service = await start({ PAYLOAD_KEYS: OLD });
    await apiAt(service.url).post(body('a'));
    await service.end();
    const env = { REDIS_PORT: String(redis.current.port), PAYLOAD_KEYS: `${NEW},${OLD}` };
    const plain = path.join(dir, 'plain.ndjson');
    const decrypted = await runScript('export', ['--to', plain, '--decrypt'], env);
    expect(decrypted.code, decrypted.stderr).to.equal(0);
    expect(decrypted.stderr).to.include('1 of these encrypted in Redis with the key old');
    expect(readFileSync(plain, 'utf8')).to.include('4111').and.not.include('enc:v1:');
    const moved = path.join(dir, 'moved.ndjson');
    expect((await runScript('export', ['--to', moved, '--remove'], env)).code).to.equal(0);
    expect(readFileSync(moved, 'utf8')).to.include('enc:v1:old:').and.not.include('4111');
    expect((await runScript('import', ['--from', moved], env)).code).to.equal(0);
    expect(await stored('a')).to.match(/^enc:v1:new:/);
    const without = { ...env, PAYLOAD_KEYS: '' };
    const refused = await runScript('export', ['--decrypt', '--to', path.join(dir, 'x')], without);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.include('payload key "new" is not configured');
  });
});
