import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Secret } from 'kubernetes-models/v1/Secret';
import { parse } from 'yaml';
import { root } from '../../../scripts/lib/root.mjs';
import {
  kustomizeText,
  type Manifest,
  METRIC,
  readExample,
  servicesOf,
  useBuilds,
} from '../../support/kubernetes/manifests.ts';
import { problemsOf } from '../../support/kubernetes/schemas.ts';

const read = (name: string) => readFileSync(path.join(root, name), 'utf8');

/** The chapters about Docker and Kubernetes. */
function chapters(readme: string): string {
  const [found = ''] = /^## Docker$.*?(?=^## (?!Docker|Kubernetes))/ms.exec(read(readme)) ?? [];
  return found;
}

/** The blocks of code in a language, without comments. */
function blocks(readme: string, language: 'sh' | 'yaml'): string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...chapters(readme).matchAll(pattern)].map(([, code = '']) =>
    code.replaceAll(/(?:^|\s+)# .*$/gm, ''),
  );
}

const commands = blocks('README.md', 'sh').join('\n');
const [own = '', adapter = ''] = blocks('README.md', 'yaml');

describe('README: Docker and Kubernetes', () => {
  const built = useBuilds();
  const names = (objects: readonly Manifest[]) =>
    objects.map(({ kind, metadata }) => `${kind.toLowerCase()}/${metadata.name}`);

  it('says the same in both languages', () => {
    expect(blocks('README.md', 'sh').length).to.be.above(3);
    for (const language of ['sh', 'yaml'] as const) {
      expect(blocks('README.pt-BR.md', language)).to.deep.equal(blocks('README.md', language));
    }
  });

  it('names files that are there, and every overlay and component', () => {
    const text = chapters('README.md');
    const files = [...text.matchAll(/\bconfig\/[\w./-]*\w/g)].map(([file]) => file);
    expect(files.filter((file) => !existsSync(path.join(root, file)))).to.deep.equal([]);
    const parts = [...text.matchAll(/\b(?:overlays|components)\/[\w-]+/g)].map(([part]) => part);
    const kubernetes = path.join(root, 'config/kubernetes');
    expect(parts.filter((part) => !existsSync(path.join(kubernetes, part)))).to.deep.equal([]);
  });

  it('names objects that the commands before have made', () => {
    const made = [
      ...names(built('standalone-redis')),
      ...names(readExample('examples/receiver.yaml')),
    ];
    const named = [...commands.matchAll(/\b(?:deployment|service|pod)\/[\w-]+/g)];
    expect(named.length).to.be.above(3);
    expect(made).to.include.members(named.map(([name]) => name));
  });

  it('makes the Secret that the pods read, with all its keys', () => {
    const [secret] = readExample('secret.example.yaml').filter((object) => Secret.is(object));
    const [, name] = /create secret generic (\S+)/.exec(commands) ?? [];
    const keys = [...commands.matchAll(/--from-literal=(\w+)=/g)].map(([, key]) => key);
    expect(name).to.equal(secret?.metadata?.name);
    expect(keys).to.have.members(Object.keys(secret?.stringData ?? {}));
  });

  it('makes and loads the image that the pods run', () => {
    const images = [...commands.matchAll(/\bapi-de-agendamento:\S+/g)].map(([image]) => image);
    const [run] = servicesOf(built('standalone-redis')).map(({ container }) => container.image);
    expect(new Set(images)).to.deep.equal(new Set([run]));
  });

  it('shows a kustomization that changes what it says', async () => {
    const objects = await kustomizeText(own);
    expect(objects.flatMap(problemsOf)).to.deep.equal([]);
    const [service] = servicesOf(objects);
    expect(service?.container.image).to.match(/^registry\.example\.com\/api-de-agendamento:/);
    const data = Object.assign({}, ...objects.filter((o) => ConfigMap.is(o)).map((o) => o.data));
    expect(data).to.include({ API_LOCALE: 'en', WEBHOOK_MAX_ATTEMPTS: '8', LOG_LEVEL: 'info' });
    const [scaler] = objects.filter((object) => HorizontalPodAutoscaler.is(object));
    expect(scaler?.spec?.metrics?.map(({ type }) => type)).to.deep.equal(['Resource', 'External']);
    expect(names(objects)).to.include('servicemonitor/agendamento');
  });

  it('has the adapter hand on the metric that the autoscaler asks for', async () => {
    const objects = await kustomizeText(own);
    const [scaler] = objects.filter((object) => HorizontalPodAutoscaler.is(object));
    expect(scaler?.spec?.metrics?.at(-1)?.external?.metric.name).to.equal(METRIC);
    const { rules } = parse(adapter) as { rules: { external: { seriesQuery: string }[] } };
    expect(rules.external.map((rule) => rule.seriesQuery.replace(/\{.*/, ''))).to.deep.equal([
      METRIC,
    ]);
  });
});
