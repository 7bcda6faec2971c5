import type { Durability } from '../domain/durability.ts';
import type { Clock } from '../runtime/clock.ts';
import { LongLivedPart } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import type { PayloadKey } from '../runtime/payload-key.ts';
import type { RedisSettings } from '../runtime/redis-settings.ts';
import { Changes } from './changes.ts';
import type { Connections } from './connections/connections.ts';
import { createConnections } from './connections/create.ts';
import { Deliveries } from './deliveries.ts';
import { DueHints } from './due-hints.ts';
import { Waits } from './durability/waits.ts';
import { ExpiryFeeds } from './expiry-feeds.ts';
import { Fitness } from './fitness.ts';
import { Keys } from './keys.ts';
import { LeaseStore } from './lease-store.ts';
import { Listing } from './listing.ts';
import { MessageStore } from './message-store.ts';
import { Queries } from './queries.ts';
import { Readiness } from './readiness.ts';
import { type ScriptMeter, Scripts } from './scripts.ts';
import { Sealing } from './sealing.ts';
import { Stats } from './stats.ts';
import { Upkeep } from './upkeep.ts';
import { readVitals, type ServerVitals } from './vitals.ts';

export interface StoreOptions {
  readonly redis: RedisSettings;
  readonly keyPrefix: string;
  readonly partitions: number;
  readonly deliveryLogLength: number;
  /** The first one encrypts payloads and headers, all decrypt; none unless given. */
  readonly payloadKeys?: readonly PayloadKey[];
  /** That has to be had from this Redis. */
  readonly durability: Durability;
  /** The name of this process in Redis. */
  readonly replica: string;
  /** Measures calls of scripts. */
  readonly meter?: ScriptMeter;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Everything the service has in Redis. Starting it begins to connect; see `fitness` for being there. */
export class Store extends LongLivedPart {
  readonly name = 'store';
  readonly hints = new DueHints();
  readonly keys: Keys;
  readonly fitness: Fitness;
  readonly readiness: Readiness;
  readonly messages: MessageStore;
  readonly leases: LeaseStore;
  readonly queries: Queries;
  readonly listing: Listing;
  readonly deliveries: Deliveries;
  readonly stats: Stats;
  readonly upkeep: Upkeep;
  readonly expiryFeeds: ExpiryFeeds;
  readonly waits: Waits;
  private readonly connections: Connections;

  constructor(options: StoreOptions) {
    super();
    const { redis, keyPrefix, partitions, deliveryLogLength, replica, clock, log } = options;
    const { durability } = options;
    const sealing = new Sealing(options.payloadKeys);
    const keys = new Keys(keyPrefix, partitions);
    const connections = createConnections({ redis, keys, replica, clock, log });
    const { commands } = connections;
    const scripts = new Scripts(commands, keys, options.meter);
    const { hints } = this;
    const { commandTimeoutMs: timeoutMs } = redis;
    const waits = new Waits(connections, timeoutMs);
    const changes = new Changes({ connections, waits, timeoutMs, clock });
    const checkDurability = () => waits.check(durability);
    this.waits = waits;
    this.keys = keys;
    this.connections = connections;
    this.fitness = new Fitness({ connections, keys, checkDurability, clock, log });
    this.readiness = new Readiness({ connections, scripts, keys, clock });
    this.messages = new MessageStore({ commands, scripts, changes, keys, hints, sealing });
    this.leases = new LeaseStore({ scripts, keys, hints, sealing, replica, deliveryLogLength });
    this.queries = new Queries(connections, keys, sealing);
    this.listing = new Listing(scripts, keys);
    this.deliveries = new Deliveries(commands, keys);
    this.stats = new Stats(scripts, keys);
    this.upkeep = new Upkeep({ connections, scripts, keys, hints, replica });
    this.expiryFeeds = new ExpiryFeeds({ connections, keys, db: redis.db, replica, clock });
  }

  /**
   * How each master is.
   * @throws StoreUnavailableError when one of them does not answer
   */
  readVitals(): Promise<ServerVitals[]> {
    return readVitals(this.connections);
  }

  protected onStart(): void {
    this.connections.open();
  }

  protected onStop(): void {
    this.waits.close();
    this.connections.close();
  }
}
