import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { freePort } from '../../scripts/lib/free-port.mjs';
import { root } from '../../scripts/lib/root.mjs';
import { type Confinement, confine } from '../support/container/confined.ts';
import { buildImage, type Image } from '../support/container/image.ts';
import {
  type Manifest,
  METRIC,
  METRICS,
  servicesOf,
  useBuilds,
} from '../support/kubernetes/manifests.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { callApi, followService, type ServiceProcess, TOKEN } from '../support/service.ts';

describe('the image, its steps carried out without a container engine', () => {
  const built = useBuilds();
  const redis = useRedis();
  const receiver = useReceiver();
  let target: string;
  let image: Image;
  let confined: Confinement;
  let env: Record<string, string>;

  before(async function () {
    this.timeout(120_000);
    target = mkdtempSync(path.join(tmpdir(), 'agendamento-image-'));
    // The user of the image must get there.
    chmodSync(target, 0o755);
    image = await buildImage(target);
    confined = confine(image);
  });
  beforeEach(async () => {
    env = {
      PATH: process.env.PATH ?? '',
      ...image.env,
      API_HOST: '127.0.0.1',
      API_PORT: String(await freePort()),
      API_TOKEN: TOKEN,
      REDIS_HOST: '127.0.0.1',
      REDIS_PORT: String(redis.current.port),
    };
  });
  after(() => {
    // As a command, which minds no missing permission to write.
    spawnSync('sh', ['-c', 'chmod -R u+w "$1"; rm -rf "$1"', 'sh', target]);
  });

  /** Runs a program of the image to its end. */
  async function run(command: readonly string[], settings = env) {
    const child = confined.spawn(command, settings);
    const output = [child.stdout, child.stderr].map((stream) => text(stream ?? Readable.from([])));
    const [code] = (await once(child, 'exit')) as [number | null];
    return { code, output: (await Promise.all(output)).join('') };
  }

  const isHealthy = async () => (await run(image.healthCheck)).code === 0;

  async function startService(): Promise<ServiceProcess> {
    const child = confined.spawn(image.command, env);
    const service = followService(child, (signal) => confined.signal(child, signal));
    await service.logged('the service is ready');
    return service;
  }

  it('holds what the service needs to run, and nothing else', () => {
    const { dependencies, devDependencies } = JSON.parse(
      readFileSync(path.join(root, 'package.json'), 'utf8'),
    ) as Record<'dependencies' | 'devDependencies', Record<string, string>>;
    const has = (name: string) => existsSync(path.join(image.dir, 'node_modules', name));
    expect(readdirSync(image.dir)).to.have.members([
      ...['LICENSE', 'dist', 'node_modules', 'package.json'],
    ]);
    expect(Object.keys(dependencies).filter((name) => !has(name))).to.deep.equal([]);
    expect(Object.keys(devDependencies).filter(has)).to.deep.equal([]);
    expect(image.env.NODE_ENV).to.equal('production');
    expect(image.command).to.deep.equal(['node', 'dist/main.js']);
  });

  it('runs as a user who is not root and cannot write', async () => {
    expect(image.user.uid).to.be.above(0);
    const [node = ''] = image.command;
    const write = (file: string) => [node, '-e', `require('fs').writeFileSync('${file}', '')`];
    for (const file of ['x', 'dist/main.js']) {
      const { code, output } = await run(write(file));
      expect(code).to.equal(1);
      expect(output).to.match(confined.isWhole ? /EROFS/ : /EACCES/);
    }
    const { output } = await run([node, '-p', 'process.getuid() + " " + process.pid']);
    const [uid, pid] = output.trim().split(' ').map(Number);
    expect(uid).to.equal(confined.isWhole ? image.user.uid : process.getuid?.() || image.user.uid);
    if (confined.isWhole) expect(pid).to.equal(1);
  });

  it('delivers, says how it is, and drains when it is stopped', async () => {
    expect(await isHealthy()).to.equal(false);
    const service = await startService();
    const url = `http://127.0.0.1:${env.API_PORT}`;
    const message = { id: 'a', delay: 10, payload: { n: 1 }, webhookUrl: receiver.current.url };
    expect((await callApi(url, 'POST', '/messages', message)).status).to.equal(201);
    await receiver.current.waitFor(1);
    expect(receiver.current.received[0]?.body).to.equal('{"n":1}');
    expect(await isHealthy()).to.equal(true);
    for (const probe of probePaths(built('base'))) {
      expect((await fetch(url + probe)).status, probe).to.equal(200);
    }
    const metrics = await callApi(url, 'GET', METRICS);
    expect(metrics.status).to.equal(200);
    expect(await metrics.text()).to.include(`# TYPE ${METRIC} gauge`);
    expect(await service.end('SIGTERM')).to.equal(0);
    expect(service.logs.at(-1)?.msg).to.equal('stopped');
    expect(await isHealthy()).to.equal(false);
  });

  it('ends at once, and says why, when a setting is missing', async () => {
    const { API_TOKEN: _, ...without } = env;
    const { code, output } = await run(image.command, without);
    expect(code).to.equal(1);
    expect(output).to.include('API_TOKEN');
  });
});

/** What Kubernetes asks the service, by its manifests. */
function probePaths(objects: readonly Manifest[]): string[] {
  return servicesOf(objects).flatMap(({ container }) => {
    const { startupProbe, livenessProbe, readinessProbe } = container;
    return [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet?.path ?? '');
  });
}
