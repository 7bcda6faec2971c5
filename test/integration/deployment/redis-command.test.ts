import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { askRedis } from '../../../scripts/lib/redis-link.mjs';
import { CONF, type RedisServer, startRedisServer } from '../../../scripts/lib/redis-server.mjs';
import { readYaml, useBuilds, workloadsOf } from '../../support/kubernetes/manifests.ts';

const PASSWORD = 'a-password';

/** A command as its container gets it: what is mounted there is here somewhere else. */
function placed(command: readonly string[], mounts: Readonly<Record<string, string>>): string[] {
  return command.map((word) => mounts[word] ?? word);
}

describe('the Redis of compose.yaml and of Kubernetes, by its own command', () => {
  const built = useBuilds();
  let dir: string;
  let server: RedisServer | undefined;
  let client: Redis | undefined;

  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'agendamento-redis-'));
  });
  afterEach(async () => {
    client?.disconnect();
    await server?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  /** Starts it, at another port and with its data in a folder of the test. */
  async function start([program, conf = '', ...args]: readonly string[], password = '') {
    expect(program).to.equal('redis-server');
    server = await startRedisServer({ dir, conf, args });
    const auth = password === '' ? {} : { password };
    client = new Redis({ host: '127.0.0.1', port: server.port, protocol: 2, ...auth });
    return client;
  }

  async function settingsOf(redis: Redis): Promise<Record<string, string>> {
    const names = ['appendonly', 'maxmemory', 'maxmemory-policy', 'bind', 'notify-keyspace-events'];
    const pairs = await Promise.all(names.map((name) => redis.config('GET', name)));
    return Object.fromEntries(pairs.map(([name, value]) => [name, value]) as [string, string][]);
  }

  const KEPT = { appendonly: 'yes', 'maxmemory-policy': 'noeviction', bind: '* -::*' };

  it('compose: keeps what it is told, and needs a password only where one is set', async () => {
    const { services } = readYaml('compose.yaml') as { services: { redis: { command: string[] } } };
    const mounts = { '/etc/redis/redis.conf': CONF, '/data': dir };
    for (const password of ['', PASSWORD]) {
      const command = placed(services.redis.command, {
        ...mounts,
        '${REDIS_PASSWORD:-}': password,
      });
      const redis = await start(command, password);
      expect(await settingsOf(redis)).to.include(KEPT);
      redis.disconnect();
      await server?.stop();
    }
  });

  it('Kubernetes: keeps what it is told, with a password and a bound', async () => {
    const objects = built('standalone-redis');
    const maps = objects.filter((object) => ConfigMap.is(object));
    const conf = path.join(dir, 'redis.conf');
    writeFileSync(conf, maps.flatMap(({ data }) => data?.['redis.conf'] ?? []).join());
    const redis = workloadsOf(objects).find(({ name }) => name === 'redis');
    const [{ command = [] } = {}] = (redis?.pod.containers ?? []) as { command?: string[] }[];
    const client = await start(
      placed(command, {
        ...{ '/etc/redis/redis.conf': conf, '/data': dir },
        '$(REDIS_PASSWORD)': PASSWORD,
      }),
      PASSWORD,
    );
    expect(await settingsOf(client)).to.include({ ...KEPT, maxmemory: String(640 * 2 ** 20) });
    const stranger = askRedis({ port: server?.port ?? 0, timeoutMs: 1000 }, 'SET', 'a', 'b');
    const refusal = await stranger.catch((error: Error) => error.message);
    expect(refusal).to.match(/^NOAUTH/);
  });
});
