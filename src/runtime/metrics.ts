import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';
import type { Clock } from './clock.ts';
import { DeliveryMetrics } from './metrics/delivery-metrics.ts';
import { RequestMetrics } from './metrics/request-metrics.ts';
import { ScriptMetrics } from './metrics/script-metrics.ts';
import { StateMetrics, type StateSources } from './metrics/state-metrics.ts';

/** Everything one process has measured, as it goes over the channel to another. */
export type Measurements = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What is said of a metric. */
export interface MetricDescription {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
}

/** What a metric knows of itself; the library's types leave out its labels. */
type Described = Omit<MetricDescription, 'labels'> & { readonly labelNames: readonly string[] };

/** The media type of what Prometheus scrapes. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** The event loop's lag is sampled this often, in ms: each sample wakes a process that is at rest. */
const LAG_SAMPLE_MS = 50;

/** What one process measures. Its parts are handed to those that count by them. */
export class Metrics {
  readonly delivery: DeliveryMetrics;
  readonly requests: RequestMetrics;
  readonly scripts: ScriptMetrics;
  private readonly registry = new Registry();
  private state: StateMetrics | undefined;

  constructor(clock: Pick<Clock, 'now'>) {
    const { registry } = this;
    this.delivery = new DeliveryMetrics(registry);
    this.requests = new RequestMetrics(registry);
    this.scripts = new ScriptMetrics(registry, clock);
    collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: LAG_SAMPLE_MS });
  }

  /** Says once where to look for what is not counted on the way. */
  watch(sources: StateSources): void {
    this.state = new StateMetrics(this.registry, sources);
  }

  /** Every metric there is, for its documentation. */
  describe(): MetricDescription[] {
    const all = this.registry.getMetricsAsArray() as unknown as Described[];
    return all.map(({ name, help, labelNames }) => ({ name, help, labels: labelNames }));
  }

  /** Everything as it is now, in the text that Prometheus scrapes. */
  async text(): Promise<string> {
    await this.state?.refresh();
    return await this.registry.metrics();
  }

  /** The same for another process, which joins it with that of others. */
  async measure(): Promise<Measurements> {
    await this.state?.refresh();
    return await this.registry.getMetricsAsJSON();
  }
}

/** What several processes have measured, as one, in the text that Prometheus scrapes. */
export function joinedText(processes: readonly Measurements[]): Promise<string> {
  return AggregatorRegistry.aggregate([...processes]).metrics();
}
