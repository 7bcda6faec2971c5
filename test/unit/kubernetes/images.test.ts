import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { root } from '../../../scripts/lib/root.mjs';
import {
  BUILDS,
  readExample,
  readYaml,
  servicesOf,
  useBuilds,
  workloadsOf,
} from '../../support/kubernetes/manifests.ts';

const read = (name: string) => readFileSync(path.join(root, name), 'utf8');

const { version } = JSON.parse(read('package.json')) as { version: string };
const { services } = readYaml('compose.yaml') as {
  services: Record<'api' | 'redis', { image: string }>;
};
const dockerfile = read('Dockerfile');

describe('images', () => {
  const built = useBuilds();
  const IMAGE = `api-de-agendamento:${version}`;

  it('compose and the Dockerfile make the one of this version', () => {
    expect(services.api.image).to.equal(IMAGE);
    expect(dockerfile).to.include(`ARG VERSION=${version}\n`);
  });

  for (const name of BUILDS) {
    it(`${name}: pods run that one, and the Redis that compose runs`, () => {
      const objects = built(name);
      const own = servicesOf(objects).map(({ container }) => container.image);
      expect(new Set(own)).to.deep.equal(new Set([IMAGE]));
      const all = workloadsOf(objects).flatMap(({ pod }) => pod.containers.map((c) => c.image));
      expect([IMAGE, services.redis.image]).to.include.members(all);
    });
  }

  it('one Node everywhere, its major pinned', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image);
    const [{ pod } = { pod: { containers: [] } }] = workloadsOf(
      readExample('examples/receiver.yaml'),
    );
    const used = [...bases, pod.containers[0]?.image];
    expect(new Set(used)).to.deep.equal(new Set(['node:20-slim']));
    expect(bases.length).to.be.above(1);
  });
});
