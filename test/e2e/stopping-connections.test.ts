import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import type { DurableRedis } from '../../scripts/harness/durable-redis.ts';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { apiAt, messageBody } from '../support/api.ts';
import { durableTestRedis } from '../support/durable-redis.ts';
import { EVERYWHERE, placesOf } from '../support/message-keys.ts';
import { type OpenConnection, openConnection } from '../support/open-connection.ts';
import { useRedis } from '../support/redis.ts';
import { type ServiceProcess, spawnService, startService, TOKEN } from '../support/service.ts';
import { until } from '../support/until.ts';

/** Nothing is in flight: longest the process may take to end, in ms. */
const PROMPTLY = 1500;

/** Awaits the end of a service, which must come promptly and be a success. */
async function expectPromptEnd(ended: Promise<number | null>, withinMs = PROMPTLY): Promise<void> {
  const late = new AbortController();
  const running = delay(withinMs, `still running after ${withinMs} ms`, { signal: late.signal });
  try {
    expect(await Promise.race([ended, running])).to.equal(0);
  } finally {
    late.abort();
    await running.catch(() => undefined);
  }
}

const BODY = JSON.stringify(messageBody('last'));

/** A request without its body; its answer cannot come before that. */
const HEAD = [
  'POST /messages HTTP/1.1',
  'Host: a',
  `Authorization: Bearer ${TOKEN}`,
  'Content-Type: application/json',
  `Content-Length: ${BODY.length}`,
  'Expect: 100-continue',
];

/** Sends the head of a request and waits until the service says that it has begun to read it. */
async function beginRequest(connection: OpenConnection): Promise<void> {
  connection.write(`${HEAD.join('\r\n')}\r\n\r\n`);
  await connection.receives('HTTP/1.1 100 Continue');
}

/** Resolves when the service takes no more connections. */
function noLongerListening({ url }: ServiceProcess): Promise<boolean> {
  const refused = () =>
    apiAt(url)
      .health()
      .then(
        () => false,
        () => true,
      );
  return until('no longer listening', refused);
}

/** Ends a service that a failed test has left running. */
function abandon(service: ServiceProcess): void {
  service.end('SIGKILL').catch(() => undefined);
}

describe('stopping with HTTP connections open', () => {
  const redis = useRedis();
  let service: ServiceProcess;
  let connection: OpenConnection;
  beforeEach(async () => {
    service = await startService(redis.current.port);
    connection = await openConnection(service.url);
  });
  afterEach(() => {
    connection.destroy();
    abandon(service);
  });

  it('closes those that are kept alive between requests', async () => {
    connection.write('GET /health HTTP/1.1\r\nHost: a\r\n\r\n');
    await connection.receives('"redis":"conectado"');
    await expectPromptEnd(service.end());
    await connection.closed;
  });

  it('closes those on which no request has come', async () => {
    await expectPromptEnd(service.end());
    await connection.closed;
  });

  it('answers the request in progress, then closes its connection', async () => {
    await beginRequest(connection);
    const ended = service.end();
    await noLongerListening(service);
    connection.write(BODY);
    await connection.receives('{"status":"agendada","messageId":"last"}');
    await expectPromptEnd(ended);
    expect(await connection.closed).to.match(/HTTP\/1\.1 201 Created/);
    expect(await placesOf(redis.current.client, 'last')).to.deep.equal(EVERYWHERE);
  });

  it('waits for a request that does not come to its end no longer than DRAIN_TIMEOUT_MS', async () => {
    abandon(service);
    service = await startService(redis.current.port, { DRAIN_TIMEOUT_MS: '300' });
    connection.destroy();
    connection = await openConnection(service.url);
    await beginRequest(connection);
    await expectPromptEnd(service.end(), 300 + PROMPTLY);
  });

  it('does not wait for what is left of a request that is answered already', async () => {
    connection.write('POST /messages HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{');
    await connection.receives('401 Unauthorized');
    await expectPromptEnd(service.end());
  });
});

describe('stopping without Redis', () => {
  let redis: DurableRedis;
  beforeEach(async () => {
    redis = await durableTestRedis();
  });
  afterEach(() => redis.remove());

  it('that was never there ends promptly, as a success, and never says that it is ready', async () => {
    const port = await freePort();
    const service = spawnService({ REDIS_PORT: String(redis.port), API_PORT: String(port) });
    const api = apiAt(`http://127.0.0.1:${port}`);
    await until('listening', () =>
      api.health().then(
        () => true,
        () => false,
      ),
    );
    await expectPromptEnd(service.end());
    const messages = service.logs.map(({ msg }) => msg);
    expect(messages).to.include('stopped');
    expect(messages).to.not.include('the service is ready');
  });

  it('that has gone away ends promptly', async () => {
    await redis.up();
    const service = await startService(redis.port);
    await redis.down();
    await service.logged('unreachable');
    await expectPromptEnd(service.end());
  });

  it('that does not answer ends once its unanswered commands have failed', async () => {
    await redis.up();
    const service = await startService(redis.port, { REDIS_TIMEOUT_MS: '500' });
    await service.logged('expired-key events flow');
    redis.pause();
    // Each part waits at most once for a command, and the connections wait 2 s for a farewell.
    await expectPromptEnd(service.end(), 500 * 3 + PROMPTLY);
  });

  it('that is paused while the service starts ends promptly', async () => {
    await redis.up();
    redis.pause();
    const env = { REDIS_PORT: String(redis.port), REDIS_TIMEOUT_MS: '500', LOG_LEVEL: 'debug' };
    const service = spawnService(env);
    await service.logged('waiting for Redis');
    await expectPromptEnd(service.end(), 500 + PROMPTLY);
  });
});
