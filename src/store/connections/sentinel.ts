import { StoreUnavailableError } from '../../domain/errors.ts';
import type { RedisSettings, RedisTopology } from '../../runtime/redis-settings.ts';
import { errorCode } from '../errors.ts';
import type { Keys } from '../keys.ts';
import { whyUnreachable } from './connection.ts';
import type { ConnectionsOptions } from './connections.ts';
import { MasterWatch } from './master-watch.ts';
import { type ConnectionOptions, connectionOptions, reconnectDelay } from './redis-options.ts';
import { lastingParts, openSingleMaster, SingleMaster } from './single-master.ts';
import { tlsOptions } from './tls.ts';

type SentinelTopology = Extract<RedisTopology, { kind: 'sentinel' }>;

/** Leads to whoever the sentinels say is master; they are asked anew with every try to connect. */
function sentinelEndpoint(
  { sentinels, name, username, password }: SentinelTopology,
  { commandTimeoutMs, tls }: RedisSettings,
): ConnectionOptions {
  return {
    sentinels: [...sentinels],
    name,
    role: 'master',
    ...(username === undefined ? {} : { sentinelUsername: username }),
    ...(password === undefined ? {} : { sentinelPassword: password }),
    ...(tls === undefined ? {} : { enableTLSForSentinelMode: true, sentinelTLS: tlsOptions(tls) }),
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
    super(lastingParts(options, sentinelEndpoint(topology, redis)));
    const { sentinels, name } = topology;
    this.watch = new MasterWatch({
      sentinels,
      name,
      connection: sentinelConnection(redis, topology, `watch:${replica}`),
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

/** How a sentinel itself is spoken to. */
function sentinelConnection(
  redis: RedisSettings,
  { username, password }: SentinelTopology,
  name: string,
): ConnectionOptions {
  return connectionOptions({ ...redis, username, password, db: 0 }, name);
}

/**
 * Opens a connection to whoever the sentinels say is master, for a task that ends.
 * @throws StoreUnavailableError with the reason when it cannot be reached or refuses us
 */
export async function openSentinelMaster(
  redis: RedisSettings,
  topology: SentinelTopology,
  keys: Keys,
  name: string,
): Promise<SingleMaster> {
  try {
    return await openSingleMaster(redis, keys, name, sentinelEndpoint(topology, redis));
  } catch (error) {
    // What is in the way of asking a sentinel is lost on the way here.
    const [first] = topology.sentinels;
    const reason = await whyUnreachable({ ...sentinelConnection(redis, topology, name), ...first });
    throw reason === undefined ? error : new StoreUnavailableError(reason);
  }
}
