import { expect } from 'chai';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import { Secret } from 'kubernetes-models/v1/Secret';
import { type Manifest, readExample } from './manifests.ts';

/** The objects a pod may refer to: what was built, and the Secret that is made by hand. */
export const withSecret = (objects: readonly Manifest[]) => [
  ...objects,
  ...readExample('secret.example.yaml'),
];

type Data = Readonly<Record<string, string>>;

/** The ConfigMaps among objects. */
export function configMaps(objects: readonly Manifest[]): { name: string; data: Data }[] {
  return objects
    .filter((object) => ConfigMap.is(object))
    .map(({ metadata, data }) => ({ name: metadata?.name ?? '', data: data ?? {} }));
}

/** The Secrets among objects. */
export function secretsIn(objects: readonly Manifest[]): { name: string; data: Data }[] {
  return objects
    .filter((object) => Secret.is(object))
    .map(({ metadata, stringData }) => ({ name: metadata?.name ?? '', data: stringData ?? {} }));
}

/** The variables of a container of the service, as its pod would have them. */
export function environmentOf(
  objects: readonly Manifest[],
  pod: string,
  { envFrom, env }: IContainer,
): Record<string, string> {
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

/** Settings without those that name a file: what a pod has mounted is not on this machine. */
export function withoutFiles(env: Data): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.endsWith('_FILE')));
}
