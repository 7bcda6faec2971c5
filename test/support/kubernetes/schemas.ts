import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule';
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { Deployment } from 'kubernetes-models/apps/v1/Deployment';
import { StatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { Pod } from 'kubernetes-models/v1/Pod';
import { Secret } from 'kubernetes-models/v1/Secret';
import { Service } from 'kubernetes-models/v1/Service';
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount';
import type { Manifest } from './manifests.ts';

/** The kinds in the manifests, each with the schema that Kubernetes (or the Prometheus Operator) publishes. */
const KINDS = [
  ...[ConfigMap, Pod, Secret, Service, ServiceAccount, Deployment, StatefulSet],
  ...[HorizontalPodAutoscaler, NetworkPolicy, PodDisruptionBudget, PrometheusRule, ServiceMonitor],
];

/**
 * What is wrong with an object by the schema of its kind, a line for each. A field that the schema does not
 * know is wrong, too: Kubernetes would drop it, and with it what it was to say.
 */
export function problemsOf(object: Manifest): string[] {
  const kind = KINDS.find((each) => each.is(object));
  if (kind === undefined) return [`${object.apiVersion} ${object.kind}: no schema for it`];
  const model = new kind(object as never);
  const read = new Set<string>();
  try {
    model.validate.call(watched(model, '', read));
  } catch (error) {
    return [(error as Error).message];
  }
  return pathsOf(model, '')
    .filter((path) => !read.has(path))
    .map((path) => `${path}: is not in the schema`);
}

/** A value that notes which of its fields are looked at: the validators look at all they know. */
function watched<T>(value: T, path: string, read: Set<string>): T {
  if (typeof value !== 'object' || value === null) return value;
  return new Proxy(value, {
    get(target, name) {
      const field: unknown = Reflect.get(target, name);
      if (typeof name === 'symbol' || !Object.hasOwn(target, name)) return field;
      const where = `${path}/${name}`;
      read.add(where);
      return watched(field, where, read);
    },
  });
}

function pathsOf(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => {
    const where = `${path}/${name}`;
    return [where, ...pathsOf(field, where)];
  });
}
