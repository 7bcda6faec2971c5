import { expect } from 'chai';
import {
  BUILDS,
  readExample,
  servicesOf,
  useBuilds,
  workloadsOf,
} from '../../support/kubernetes/manifests.ts';
import { violationsOf } from '../../support/kubernetes/pod-security.ts';

const bytesOf = (quantity: unknown) => {
  const [, number, unit = ''] = /^(\d+)(Mi|Gi|mb)$/.exec(String(quantity)) ?? [];
  return Number(number) * 2 ** (unit === 'Gi' ? 30 : 20);
};

describe('Kubernetes manifests: pods', () => {
  const built = useBuilds();
  for (const name of BUILDS) {
    it(`${name}: keep to Pod Security "restricted", with a root file system nobody writes to`, () => {
      const workloads = workloadsOf(built(name));
      expect(workloads.length).to.be.above(0);
      for (const { pod } of workloads) {
        expect(violationsOf(pod)).to.deep.equal([]);
        expect(pod.securityContext?.runAsUser).to.be.above(0);
        expect(pod.automountServiceAccountToken).to.equal(false);
        for (const { securityContext } of pod.containers) {
          expect(securityContext?.readOnlyRootFilesystem).to.equal(true);
        }
      }
    });

    it(`${name}: say what they need, and no more memory than that`, () => {
      for (const { pod } of workloadsOf(built(name))) {
        for (const { resources } of pod.containers) {
          expect(resources?.requests).to.have.all.keys('cpu', 'memory');
          const { memory: least } = resources?.requests ?? {};
          expect(bytesOf(resources?.limits?.memory)).to.be.at.least(bytesOf(least));
        }
      }
    });

    it(`${name}: get no variables from Services, which the service would refuse`, () => {
      for (const { pod } of workloadsOf(built(name))) {
        expect(pod.enableServiceLinks).to.equal(false);
      }
    });

    it(`${name}: the service is asked whether it lives and whether it is ready, at its own port`, () => {
      for (const { container } of servicesOf(built(name))) {
        const { startupProbe, livenessProbe, readinessProbe, ports } = container;
        expect(ports).to.deep.equal([{ name: 'http', containerPort: 8000 }]);
        expect(livenessProbe?.httpGet).to.deep.equal({ path: '/livez', port: 'http' });
        expect(startupProbe?.httpGet).to.deep.equal({ path: '/livez', port: 'http' });
        expect(readinessProbe?.httpGet).to.deep.equal({ path: '/readyz', port: 'http' });
      }
    });
  }

  it('the receiver to try with keeps to all of that', () => {
    for (const { pod } of workloadsOf(readExample('examples/receiver.yaml'))) {
      expect(violationsOf(pod)).to.deep.equal([]);
      expect(pod.enableServiceLinks).to.equal(false);
    }
  });

  it('that of Redis holds what Redis may take', () => {
    const redis = workloadsOf(built('standalone-redis')).find(({ name }) => name === 'redis');
    const [container] = redis?.pod.containers ?? [];
    const { command = [], resources } = container ?? {};
    const most = command[command.indexOf('--maxmemory') + 1];
    expect(bytesOf(most)).to.be.above(0);
    expect(bytesOf(most)).to.be.at.most(0.7 * bytesOf(resources?.limits?.memory));
  });

  it('would find what "restricted" forbids', () => {
    const plain = { name: 'a', image: 'a' };
    expect(violationsOf({ containers: [plain] })).to.deep.equal([
      'a: runAsNonRoot: true',
      'a: seccompProfile: RuntimeDefault',
      'a: allowPrivilegeEscalation: false',
      'a: capabilities: drop ALL',
    ]);
    const securityContext = {
      privileged: true,
      runAsUser: 0,
      capabilities: { add: ['SYS_ADMIN'] },
    };
    const bad = { ...plain, ports: [{ containerPort: 1, hostPort: 1 }], securityContext };
    const volumes = [{ name: 'v', hostPath: { path: '/' } }];
    expect(violationsOf({ hostNetwork: true, volumes, containers: [bad] })).to.include.members([
      'hostNetwork',
      'a volume of the kind hostPath',
      'a: a user that is not root',
      'a: no capabilities but NET_BIND_SERVICE',
      'a: not privileged',
      'a: no hostPort',
    ]);
  });
});
