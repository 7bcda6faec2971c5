import { expect } from 'chai';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import { Secret } from 'kubernetes-models/v1/Secret';
import { type Config, readConfig } from '../../../src/config.ts';
import { SETTINGS } from '../../../src/config-reference.ts';
import {
  BUILDS,
  type Manifest,
  readExample,
  servicesOf,
  useBuilds,
} from '../../support/kubernetes/manifests.ts';

const KNOWN: readonly string[] = SETTINGS.map(({ name }) => name);
const SECRETS: readonly string[] = SETTINGS.filter((each) => each.isSecret).map(({ name }) => name);

/** The objects a pod may refer to: what was built, and the Secret that is made by hand. */
const withSecret = (objects: readonly Manifest[]) => [
  ...objects,
  ...readExample('secret.example.yaml'),
];

type Data = Readonly<Record<string, string>>;

function configMaps(objects: readonly Manifest[]): { name: string; data: Data }[] {
  return objects
    .filter((object) => ConfigMap.is(object))
    .map(({ metadata, data }) => ({ name: metadata?.name ?? '', data: data ?? {} }));
}

function secretsIn(objects: readonly Manifest[]): { name: string; data: Data }[] {
  return objects
    .filter((object) => Secret.is(object))
    .map(({ metadata, stringData }) => ({ name: metadata?.name ?? '', data: stringData ?? {} }));
}

/** The variables of a container of the service, as its pod would have them. */
function environmentOf(objects: readonly Manifest[], pod: string, { envFrom, env }: IContainer) {
  const all = withSecret(objects);
  const shared = (envFrom ?? []).map(({ configMapRef, secretRef }) => {
    const [found, ...others] = [
      ...configMaps(all).filter(({ name }) => name === configMapRef?.name),
      ...secretsIn(all).filter(({ name }) => name === secretRef?.name),
    ];
    if (found === undefined || others.length > 0) throw new Error('it is there, and once');
    return found.data;
  });
  const own = (env ?? []).map(({ name, value, valueFrom }) => {
    if (valueFrom !== undefined) expect(valueFrom.fieldRef?.fieldPath).to.equal('metadata.name');
    return [name, value ?? pod];
  });
  return Object.assign({}, ...shared, Object.fromEntries(own)) as Record<string, string>;
}

/** What Kubernetes calls a pod of a Deployment: its name, and ten and five characters. */
const podOf = (deployment: string) => `${deployment}-0123456789-abcde`;

function configsOf(objects: readonly Manifest[]): Config[] {
  return servicesOf(objects).map(({ name, container }) =>
    readConfig(environmentOf(objects, podOf(name), container)),
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
        const { api, replica, workers } = readConfig(env);
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

  it('the form of the Secret holds secret settings and no others', () => {
    const [secret] = secretsIn(withSecret([]));
    const names = Object.keys(secret?.data ?? {});
    expect(names).to.include('API_TOKEN');
    expect(SECRETS).to.include.members(names);
  });
});
