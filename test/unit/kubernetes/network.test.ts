import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { expect } from 'chai';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { INetworkPolicyEgressRule } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyEgressRule';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { readStoreConfig } from '../../../src/config/config.ts';
import type { RedisTopology } from '../../../src/runtime/redis-settings.ts';
import { configMaps, withoutFiles } from '../../support/kubernetes/environment.ts';
import {
  BUILDS,
  type Manifest,
  METRICS,
  MONITORED,
  matches,
  readExample,
  SERVICE_LABEL,
  selectedBy,
  servicesOf,
  useBuilds,
  workloadsOf,
} from '../../support/kubernetes/manifests.ts';

/** The ports of the Redis that a build leads to. */
function redisPorts(objects: readonly Manifest[]): number[] {
  const env = Object.assign({}, ...configMaps(objects).map(({ data }) => data));
  return portsOf(readStoreConfig(withoutFiles(env)).redis.topology);
}

function portsOf(topology: RedisTopology): number[] {
  if (topology.kind === 'standalone') return [topology.port];
  if (topology.kind === 'cluster') return topology.nodes.map(({ port }) => port);
  // What the sentinels name listens at the usual port.
  return [...topology.sentinels.map(({ port }) => port), 6379];
}

const policyNamed = (objects: readonly Manifest[], name: string) =>
  objects.filter((object) => NetworkPolicy.is(object)).find((each) => each.metadata?.name === name);

/** Whether a rule lets traffic to a port of any address through. */
const opens = ({ to, ports = [] }: INetworkPolicyEgressRule, port: number, protocol = 'TCP') =>
  to === undefined && ports.some((each) => each.port === port && each.protocol === protocol);

describe('Kubernetes manifests: who reaches whom', () => {
  const built = useBuilds();
  for (const name of BUILDS) {
    it(`${name}: each Service leads to a port of its pods`, () => {
      const objects = built(name);
      for (const service of objects.filter((object) => Service.is(object))) {
        const [target, ...others] = selectedBy(objects, service.spec?.selector);
        expect(others).to.deep.equal([]);
        const workload = workloadsOf(objects).find((each) => each.name === target);
        const ports = workload?.pod.containers.flatMap((each) => each.ports ?? []) ?? [];
        for (const { targetPort } of service.spec?.ports ?? []) {
          expect(ports.map((each) => each.name)).to.include(targetPort);
        }
      }
    });

    it(`${name}: the service may be reached at its port, and reaches names, its Redis and webhooks`, () => {
      const objects = built(name);
      const policy = policyNamed(objects, 'agendamento')?.spec;
      expect(selectedBy(objects, policy?.podSelector?.matchLabels)).to.have.members(
        servicesOf(objects).map((each) => each.name),
      );
      expect(policy?.policyTypes).to.deep.equal(['Ingress', 'Egress']);
      expect(policy?.ingress).to.deep.equal([{ ports: [{ protocol: 'TCP', port: 'http' }] }]);
      const egress = policy?.egress ?? [];
      const open = (port: number, protocol?: string) =>
        egress.some((rule) => opens(rule, port, protocol));
      for (const port of redisPorts(objects)) expect(open(port), `${port}`).to.equal(true);
      expect(open(53, 'UDP') && open(53, 'TCP')).to.equal(true);
    });

    it(`${name}: no rule leads to where clouds keep credentials`, () => {
      const rules = policyNamed(built(name), 'agendamento')?.spec?.egress ?? [];
      const blocks = rules.flatMap(({ to = [] }) => to.flatMap(({ ipBlock }) => ipBlock ?? []));
      expect(blocks).to.deep.equal([
        { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] },
        { cidr: '::/0', except: ['fe80::/10'] },
      ]);
      for (const { to, ports } of rules) {
        if (to === undefined) expect(ports?.every(({ port }) => port !== undefined)).to.equal(true);
      }
    });
  }

  it('the Redis of standalone-redis is reached by the service alone, under the name it uses', () => {
    const objects = built('standalone-redis');
    const policy = policyNamed(objects, 'redis')?.spec;
    expect(selectedBy(objects, policy?.podSelector?.matchLabels)).to.deep.equal(['redis']);
    const from = [{ podSelector: { matchLabels: { ...SERVICE_LABEL } } }];
    expect(policy?.ingress).to.deep.equal([{ from, ports: [{ protocol: 'TCP', port: 'redis' }] }]);
    expect(policy?.policyTypes).to.deep.equal(['Ingress', 'Egress']);
    expect(policy).not.to.have.property('egress');
    const services = objects.filter((object) => Service.is(object));
    const redis = services.find(({ metadata }) => metadata?.name === 'redis');
    expect(redis?.spec?.ports?.map(({ port }) => port)).to.deep.equal(redisPorts(objects));
  });

  it('the ServiceMonitor finds the Services of both roles, and a token in the Secret', () => {
    const objects = built(MONITORED);
    const [monitor] = objects.filter((object) => ServiceMonitor.is(object));
    const { matchLabels = {} } = monitor?.spec?.selector ?? {};
    const found = objects
      .filter((object) => Service.is(object))
      .filter(({ metadata }) => matches(matchLabels, metadata?.labels ?? {}));
    expect(found.map(({ metadata }) => metadata?.name)).to.have.members([
      ...['agendamento-api', 'agendamento-worker'],
    ]);
    const jobs = found.map(({ metadata }) => metadata?.labels?.[monitor?.spec?.jobLabel ?? '']);
    expect(new Set(jobs)).to.deep.equal(new Set(['agendamento']));
    const [endpoint] = monitor?.spec?.endpoints ?? [];
    for (const { spec } of found) {
      expect(spec?.ports?.map((port) => port.name)).to.include(endpoint?.port);
    }
    expect(endpoint?.path).to.equal(METRICS);
    const { name, key } = endpoint?.authorization?.credentials ?? { key: '' };
    const [secret] = readExample('secret.example.yaml').filter((object) => Secret.is(object));
    expect(secret?.metadata?.name).to.equal(name);
    expect(secret?.stringData).to.have.property(key);
  });
});
