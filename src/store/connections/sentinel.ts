import type { RedisTopology } from '../../runtime/redis-settings.ts';
import { errorCode } from '../errors.ts';
import type { ConnectionsOptions } from './connections.ts';
import { MasterWatch } from './master-watch.ts';
import { type ConnectionOptions, connectionOptions, reconnectDelay } from './redis-options.ts';
import { lastingParts, SingleMaster } from './single-master.ts';

type SentinelTopology = Extract<RedisTopology, { kind: 'sentinel' }>;

/** Leads to whoever the sentinels say is master; they are asked anew with every try to connect. */
export function sentinelEndpoint(
  { sentinels, name, password }: SentinelTopology,
  commandTimeoutMs: number,
): ConnectionOptions {
  return {
    sentinels: [...sentinels],
    name,
    role: 'master',
    ...(password === undefined ? {} : { sentinelPassword: password }),
    sentinelRetryStrategy: reconnectDelay,
    sentinelCommandTimeout: commandTimeoutMs,
    // A master that was demoted answers so.
    reconnectOnError: (error) => errorCode(error) === 'READONLY',
  };
}

/**
 * The connections to whoever the sentinels say is master. A master that fails is left by itself; one that
 * is cut off from the others but not from us goes on answering, and is left when another is named.
 */
export class SentinelMaster extends SingleMaster {
  private readonly watch: MasterWatch;

  constructor(options: ConnectionsOptions, topology: SentinelTopology) {
    const { redis, replica, clock, log } = options;
    super(lastingParts(options, sentinelEndpoint(topology, redis.commandTimeoutMs)));
    const { sentinels, name, password } = topology;
    const identity = { username: undefined, password, db: 0 };
    this.watch = new MasterWatch({
      sentinels,
      name,
      connection: connectionOptions({ ...redis, ...identity }, `watch:${replica}`),
      onChange: () => this.connectAnew(),
      clock,
      log,
    });
  }

  /** First it is known whom the sentinels name, then it is connected: a change in between is noticed. */
  override open(): void {
    void this.watch.open().then(() => super.open());
  }

  override close(): void {
    this.watch.close();
    super.close();
  }
}
