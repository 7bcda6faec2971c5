import { Keys } from '../../../src/store/keys.ts';
import type { DurableRedis } from '../../harness/durable-redis.ts';
import { startProxy, type TcpProxy } from '../../harness/proxy.ts';
import type { Scope } from '../../harness/scope.ts';
import type { ServiceProcess } from '../../harness/service.ts';
import { until } from '../../harness/until.ts';
import type { Condition } from '../conditions.ts';
import { type FinalState, HistoryLog } from '../history.ts';
import { Random } from '../random.ts';
import { IN_MEMORY, type StandaloneOptions, startStandalone } from '../topology/standalone.ts';
import type { Topology } from '../topology/topology.ts';
import { ApiClient } from './api-client.ts';
import { isDrained, readFinalState } from './final-state.ts';
import { applyLoad, type Load, usualReceiver } from './load.ts';
import { type Receiver, startReceiver } from './receiver.ts';
import { Services } from './services.ts';

/** The short form of a scenario is for `npm test`, the long one for those who can wait. */
export type Form = 'short' | 'long';

export interface StageOptions {
  readonly form: Form;
  /** Whatever is random follows from it. */
  readonly seed: string;
  /** What holds all the time. */
  readonly conditions: readonly Condition[];
  /** Ends whatever is started. */
  readonly scope: Scope;
}

/** What is not settled by then, in ms, is stranded. */
const DRAIN_DEADLINE_MS: Record<Form, number> = { short: 60_000, long: 600_000 };

/** The usual load: a mix of everything. */
const USUAL: Record<Form, Load> = {
  short: { perSecond: 100, forMs: 2500, dueInMs: [100, 1500], cancelShare: 0.05, prefix: 'load-' },
  long: { perSecond: 300, forMs: 15_000, dueInMs: [100, 5000], cancelShare: 0.05, prefix: 'load-' },
};

/** Everything a scenario plays on: Redis, services, a receiver, and the record of what happens. */
export class Stage {
  readonly form: Form;
  readonly random: Random;
  readonly history: HistoryLog;
  readonly services: Services;
  readonly receiver: Receiver;
  readonly api: ApiClient;
  /** What the table says besides the figures. */
  readonly notes: string[] = [];
  /** How often the fault struck; a scenario without one proves nothing. */
  struck = 0;
  private readonly conditions: Condition[];
  private readonly scope: Scope;
  private topology: Topology | undefined;

  private constructor(options: StageOptions, history: HistoryLog, receiver: Receiver) {
    this.form = options.form;
    this.random = new Random(options.seed);
    this.conditions = [...options.conditions];
    this.scope = options.scope;
    this.services = new Services(options.scope);
    this.history = history;
    this.receiver = receiver;
    this.api = new ApiClient(history, () => this.services.urls(), receiver.url);
  }

  static async open(options: StageOptions): Promise<Stage> {
    const history = new HistoryLog();
    const decide = usualReceiver(new Random(`receiver ${options.seed}`));
    const receiver = await startReceiver((arrival) => history.arrivals.push(arrival), decide);
    options.scope.defer(() => receiver.close());
    return new Stage(options, history, receiver);
  }

  /** One of two sizes, by the form. */
  sized<T>(short: T, long: T): T {
    return this.form === 'short' ? short : long;
  }

  /** Has the scenario play under a condition; to be called before there is a Redis. */
  impose(condition: Condition): void {
    if (!this.conditions.includes(condition)) this.conditions.push(condition);
  }

  /** Settings that the conditions ask of every Redis. */
  imposedArgs(kind: 'server' | 'node of a cluster'): readonly string[] {
    return this.conditions.flatMap(({ redisArgs = [], clusterArgs = [] }) =>
      kind === 'server' ? redisArgs : [...redisArgs, ...clusterArgs],
    );
  }

  /** Starts one Redis for the scenario. */
  async standalone({
    args = IN_MEMORY,
    ...options
  }: StandaloneOptions = {}): Promise<DurableRedis> {
    const all = [...args, ...this.imposedArgs('server')];
    const { redis } = await this.use(startStandalone({ args: all, ...options }));
    return redis;
  }

  /** Takes the Redis servers of a scenario into its care, and has the conditions disturb them. */
  async use<T extends Topology>(starting: Promise<T>): Promise<T> {
    const topology = await starting;
    this.topology = topology;
    this.scope.defer(() => topology.remove());
    for (const master of await topology.masters()) {
      for (const { disturb } of this.conditions) {
        const disturbance = disturb?.(master);
        if (disturbance !== undefined) this.scope.defer(() => disturbance.stop());
      }
    }
    return topology;
  }

  /** Puts a proxy in front of a Redis. */
  async proxy(redisPort: number): Promise<TcpProxy> {
    const proxy = await startProxy(redisPort);
    this.scope.defer(() => proxy.close());
    return proxy;
  }

  /** Starts services on the scenario's Redis, at once. */
  serve(count: number, env: Record<string, string> = {}): Promise<ServiceProcess[]> {
    const imposed = Object.assign({}, ...this.conditions.map((condition) => condition.env));
    const settings = { ...this.theTopology().env, ...imposed, ...env };
    return Promise.all(Array.from({ length: count }, () => this.services.start(settings)));
  }

  /** Applies the usual load, or parts of it otherwise. */
  load(over: Partial<Load> = {}): Promise<void> {
    const load = applyLoad(this.api, this.random, { ...USUAL[this.form], ...over });
    // A scenario that breaks off does not come to await it.
    load.catch(() => undefined);
    return load;
  }

  /** Waits until every message is settled; what is not by the deadline is for the judge. */
  async drained(): Promise<void> {
    const topology = this.theTopology();
    const keys = new Keys('', topology.partitions);
    const look = async () => isDrained(await topology.masters(), keys);
    await until('drained', look, DRAIN_DEADLINE_MS[this.form]).catch(() => undefined);
  }

  /** Waits until every message is settled, stops the services and reads what is left in Redis. */
  async settle(): Promise<FinalState> {
    const topology = this.theTopology();
    await this.drained();
    await this.services.stopAll();
    return readFinalState(await topology.masters(), new Keys('', topology.partitions));
  }

  private theTopology(): Topology {
    if (this.topology === undefined) throw new Error('the scenario has no Redis yet');
    return this.topology;
  }
}
