import path from 'node:path';
import { expect } from 'chai';
import { type Config, readConfig } from '../../../src/config/config.ts';
import { SETTINGS } from '../../../src/config/reference.ts';
import {
  configMaps,
  environmentOf,
  secretsIn,
  withoutFiles,
  withSecret,
} from '../../support/kubernetes/environment.ts';
import {
  BUILDS,
  ENCRYPTED,
  type Manifest,
  servicesOf,
  useBuilds,
} from '../../support/kubernetes/manifests.ts';

const KNOWN: readonly string[] = SETTINGS.map(({ name }) => name);
const SECRETS: readonly string[] = SETTINGS.filter((each) => each.isSecret).map(({ name }) => name);

/** What Kubernetes calls a pod of a Deployment: its name, and ten and five characters. */
const podOf = (deployment: string) => `${deployment}-0123456789-abcde`;

function configsOf(objects: readonly Manifest[]): Config[] {
  return servicesOf(objects).map(({ name, container }) =>
    readConfig(withoutFiles(environmentOf(objects, podOf(name), container))),
  );
}

describe('Kubernetes manifests: settings', () => {
  const built = useBuilds();
  for (const name of BUILDS) {
    it(`${name}: are known to the service, which would start with them`, () => {
      const objects = built(name);
      for (const each of servicesOf(objects)) {
        const pod = podOf(each.name);
        const env = environmentOf(objects, pod, each.container);
        expect(KNOWN).to.include.members(Object.keys(env));
        const { api, replica, workers } = readConfig(withoutFiles(env));
        expect(api.port).to.equal(each.container.ports?.[0]?.containerPort);
        expect(replica).to.equal(pod);
        // Pods are what is multiplied here.
        expect(workers).to.equal(1);
      }
    });

    it(`${name}: those that are secret are in no ConfigMap and in no manifest`, () => {
      const objects = built(name);
      const names = configMaps(objects).flatMap(({ data }) => Object.keys(data));
      expect(names).to.include('LOG_LEVEL');
      expect(names.filter((each) => SECRETS.includes(each))).to.deep.equal([]);
      for (const { container } of servicesOf(objects)) {
        const own = (container.env ?? []).map((each) => each.name);
        expect(own.filter((each) => SECRETS.includes(each))).to.deep.equal([]);
      }
      expect(secretsIn(objects)).to.deep.equal([]);
    });

    it(`${name}: leave more time to stop than draining takes`, () => {
      const objects = built(name);
      const configs = configsOf(objects);
      for (const [index, { pod }] of servicesOf(objects).entries()) {
        const { drainDelayMs = 0, drainTimeoutMs = Number.NaN } = configs[index] ?? {};
        expect(drainDelayMs).to.be.above(0);
        // Deliveries may take the whole deadline, and then the requests that are in progress again.
        const longest = drainDelayMs + 2 * drainTimeoutMs;
        expect(Number(pod.terminationGracePeriodSeconds) * 1000).to.be.above(longest);
      }
    });
  }

  it('the roles are split where they are to be', () => {
    const rolesIn = (name: string) => configsOf(built(name)).map(({ role }) => role);
    expect(rolesIn('standalone-redis')).to.deep.equal(['all']);
    expect(rolesIn('split-roles')).to.have.members(['api', 'worker']);
  });

  it('Redis is what each overlay says', () => {
    const kindIn = (name: string) => configsOf(built(name))[0]?.redis.topology.kind;
    expect(kindIn('base')).to.equal('standalone');
    expect(kindIn('standalone-redis')).to.equal('standalone');
    expect(kindIn('split-roles')).to.equal('standalone');
    expect(kindIn('sentinel')).to.equal('sentinel');
    expect(kindIn('redis-cluster')).to.equal('cluster');
  });

  it('certificates for Redis are where the settings say', () => {
    for (const { name, pod, container } of servicesOf(built(ENCRYPTED))) {
      const env = environmentOf(built(ENCRYPTED), podOf(name), container);
      const { volumeMounts: [mount] = [] } = container;
      expect(path.dirname(env.REDIS_TLS_CA_FILE ?? '')).to.equal(mount?.mountPath);
      expect(pod.volumes?.map((volume) => volume.name)).to.deep.equal([mount?.name]);
    }
  });

  it('the form of the Secret holds secret settings and no others', () => {
    const [secret] = secretsIn(withSecret([]));
    const names = Object.keys(secret?.data ?? {});
    expect(names).to.include('API_TOKEN');
    expect(SECRETS).to.include.members(names);
  });
});
