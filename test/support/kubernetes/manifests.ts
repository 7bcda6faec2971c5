import { execFile } from 'node:child_process';
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IContainer } from 'kubernetes-models/v1/Container';
import { Pod } from 'kubernetes-models/v1/Pod';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { root } from '../../../scripts/lib/root.mjs';
import { ensureKubectl } from './kubectl.ts';

/** One object of Kubernetes, as far as all of them are alike. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
}

/** What runs pods, and what it says of them. */
export interface Workload {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: IPodSpec;
}

export const KUBERNETES = path.join(root, 'config/kubernetes');

const OVERLAYS = readdirSync(path.join(KUBERNETES, 'overlays')).sort();

/** Overlays with components that are in none, as users would put them together. */
export const MONITORED = 'split-roles with service-monitor';
export const ENCRYPTED = 'redis-cluster with split-roles, redis-tls';

/** Everything that is built of the manifests. */
export const BUILDS: readonly string[] = ['base', ...OVERLAYS, MONITORED, ENCRYPTED];

/** The label that all pods of the service have. */
export const SERVICE_LABEL = { 'app.kubernetes.io/name': 'agendamento' } as const;

/** Where the ServiceMonitor finds the metrics, and the one that pods may be added by. */
export const METRICS = '/metrics';
export const METRIC = 'agendamento_due_backlog_messages';

/** Builds under way or done: the files do not change while tests run. */
const builds = new Map<string, Promise<Manifest[]>>();

/** Has everything built before a suite; the result is looked up by name. */
export function useBuilds(): (name: string) => readonly Manifest[] {
  const built = new Map<string, readonly Manifest[]>();
  // Long enough to fetch kubectl where there is none.
  before(async function () {
    this.timeout(180_000);
    for (const name of BUILDS) {
      const building = builds.get(name) ?? build(name);
      builds.set(name, building);
      built.set(name, await building);
    }
  });
  return (name) => {
    const found = built.get(name);
    if (found === undefined) throw new Error(`${name} was not built`);
    return found;
  };
}

function build(name: string): Promise<Manifest[]> {
  if (name === 'base') return kustomize(path.join(KUBERNETES, name));
  const [overlay = '', components] = name.split(' with ');
  if (components === undefined) return kustomize(path.join(KUBERNETES, 'overlays', overlay));
  const parts = components.split(', ').map((each) => `${CLONE}/components/${each}`);
  return kustomizeText(
    stringify({ resources: [`${CLONE}/overlays/${overlay}`], components: parts }),
  );
}

let kubectl: Promise<string> | undefined;

/** Builds the folder of a kustomization, as `kubectl apply -k` does. */
async function kustomize(folder: string): Promise<Manifest[]> {
  kubectl ??= ensureKubectl();
  const { stdout } = await promisify(execFile)(await kubectl, ['kustomize', folder]);
  return readManifests(stdout);
}

/** Where the manifests are for a kustomization beside a clone. */
const CLONE = 'api-de-agendamento/config/kubernetes';

/** Builds a kustomization of a user's own, beside a clone. */
export async function kustomizeText(text: string): Promise<Manifest[]> {
  const dir = mkdtempSync(path.join(realpathSync(tmpdir()), 'agendamento-kustomize-'));
  try {
    const placed = text.replaceAll(CLONE, path.relative(dir, KUBERNETES));
    writeFileSync(path.join(dir, 'kustomization.yaml'), placed);
    return await kustomize(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The objects of a text in YAML. */
export function readManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors[0] !== undefined) throw document.errors[0];
    return document.toJS() as Manifest;
  });
}

/** The objects of a file below `config/kubernetes` that belongs to no kustomization. */
export function readExample(name: string): Manifest[] {
  return readManifests(readFileSync(path.join(KUBERNETES, name), 'utf8'));
}

/** A YAML file of the repository. */
export function readYaml(name: string): unknown {
  return parse(readFileSync(path.join(root, name), 'utf8'));
}

/** Everything that runs pods. */
export function workloadsOf(objects: readonly Manifest[]): Workload[] {
  return objects.flatMap((object) => {
    if (Pod.is(object)) return [workload(object, object.metadata?.labels, object.spec)];
    if (!Deployment.is(object) && !StatefulSet.is(object)) return [];
    const { template } = (object as IDeployment | IStatefulSet).spec ?? {};
    return [workload(object as Manifest, template?.metadata?.labels, template?.spec)];
  });
}

function workload(
  { metadata }: { readonly metadata?: { readonly name?: string } | undefined },
  labels: Record<string, string> = {},
  pod: IPodSpec = { containers: [] },
): Workload {
  return { name: metadata?.name ?? '', labels, pod };
}

/** What runs the service itself, and its container. */
export function servicesOf(objects: readonly Manifest[]): (Workload & { container: IContainer })[] {
  return workloadsOf(objects)
    .filter(({ labels }) => matches(SERVICE_LABEL, labels))
    .map((each) => {
      const [container, ...others] = each.pod.containers;
      if (container === undefined || others.length > 0) {
        throw new Error(`${each.name} has not one container`);
      }
      return { ...each, container };
    });
}

/** Whether labels have all that a selector asks for. */
export function matches(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(selector).every(([name, value]) => labels[name] === value);
}

/** The names of the workloads whose pods a selector takes. */
export function selectedBy(
  objects: readonly Manifest[],
  selector: Readonly<Record<string, string>> | undefined,
): string[] {
  if (selector === undefined) throw new Error('it selects nothing in particular');
  return workloadsOf(objects)
    .filter(({ labels }) => matches(selector, labels))
    .map(({ name }) => name);
}
