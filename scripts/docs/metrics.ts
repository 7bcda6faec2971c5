import { systemClock } from '../../src/runtime/clock.ts';
import { type MetricDescription, Metrics } from '../../src/runtime/metrics.ts';
import { ALARMS, type AlarmName } from '../../src/store/alarms.ts';
import { replaceBetween } from './markers.ts';
import { alarmsEn } from './metrics-en.ts';
import { alarmsPtBR, metricsPtBR } from './metrics-pt-br.ts';

/** Metrics of the service itself; those of the process are known by their names everywhere. */
const OWN = 'agendamento_';

/** Every metric of the service itself. */
export function ownMetrics(): MetricDescription[] {
  const metrics = new Metrics(systemClock);
  const none = () => 0;
  metrics.watch({
    stored: () => Promise.resolve(undefined),
    alarms: () => [],
    delivery: {
      inFlight: none,
      concurrency: 0,
      eventMode: () => 'unproven',
      missed: none,
      deferred: none,
      breakers: () => ({}),
    },
  });
  return metrics.describe().filter(({ name }) => name.startsWith(OWN));
}

function metricsTable(
  head: readonly string[],
  describe: (metric: MetricDescription) => string,
): string {
  const rows = ownMetrics().map((metric) => {
    const labels = metric.labels.map((label) => `\`${label}\``).join(', ');
    return [`\`${metric.name}\``, labels, describe(metric)];
  });
  return table([head, ...rows]);
}

function alarmsTable(
  head: readonly string[],
  texts: Readonly<Record<AlarmName, readonly [meaning: string, remedy: string]>>,
): string {
  return table([head, ...ALARMS.map((alarm) => [`\`${alarm}\``, ...texts[alarm]])]);
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Puts the tables of metrics and alarms between the markers of README.md. */
export function withMetrics(readme: string): string {
  const metrics = metricsTable(['metric', 'labels', 'what it counts'], ({ help }) => help);
  const alarms = alarmsTable(['alarm', 'raised while', 'what to do'], alarmsEn);
  return replaceBetween(replaceBetween(readme, 'metrics', metrics), 'alarms', alarms);
}

/** Puts them between the markers of README.pt-BR.md. */
export function withMetricsPtBR(readme: string): string {
  const metrics = metricsTable(['métrica', 'rótulos', 'o que conta'], ({ name }) => {
    const text = metricsPtBR[name];
    if (text === undefined) throw new Error(`metrics-pt-br.ts does not describe ${name}`);
    return text;
  });
  const alarms = alarmsTable(['alarme', 'ativo enquanto', 'o que fazer'], alarmsPtBR);
  return replaceBetween(replaceBetween(readme, 'metrics', metrics), 'alarms', alarms);
}
