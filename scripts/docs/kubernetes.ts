import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../lib/root.mjs';

const REDIS_CONF = 'config/redis.conf';
const RULES = 'config/prometheus/rules.yaml';

/** Kustomize reads no file above its folder: what the manifests take from elsewhere is copied there. */
export const COPIES = [
  { file: 'config/kubernetes/overlays/standalone-redis/redis.conf', text: redisConf },
  { file: 'config/kubernetes/components/service-monitor/prometheus-rule.yaml', text: rules },
] as const;

/** The Redis in Kubernetes runs with the file that every other one runs with. */
function redisConf(): string {
  return `${writtenFrom(REDIS_CONF)}\n${read(REDIS_CONF)}`;
}

/** The rules, as the Prometheus Operator takes them. */
function rules(): string {
  const spec = read(RULES).replaceAll(/^(?=.)/gm, '  ');
  return `${writtenFrom(RULES)}apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: agendamento
  labels:
    app.kubernetes.io/name: agendamento
spec:
${spec}`;
}

function writtenFrom(original: string): string {
  return `# Written by npm run docs: change ${original}.\n`;
}

function read(name: string): string {
  return readFileSync(path.join(root, name), 'utf8');
}
