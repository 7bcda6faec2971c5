import type { Redis } from 'ioredis';
import type { Clock } from '../runtime/clock.ts';
import { LongLivedPart } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import {
  closeConnection,
  connectInBackground,
  createConnection,
  type RedisSettings,
} from './connections.ts';
import { Deliveries } from './deliveries.ts';
import { DueHints } from './due-hints.ts';
import { ExpiryFeed } from './expiry-feed.ts';
import { Fitness } from './fitness.ts';
import { Keys } from './keys.ts';
import { LeaseStore } from './lease-store.ts';
import { Listing } from './listing.ts';
import { MessageStore } from './message-store.ts';
import { Queries } from './queries.ts';
import { Scripts } from './scripts.ts';
import { Stats } from './stats.ts';
import { Upkeep } from './upkeep.ts';

export interface StoreOptions {
  readonly redis: RedisSettings;
  readonly keyPrefix: string;
  readonly partitions: number;
  readonly deliveryLogLength: number;
  /** The name of this process in Redis. */
  readonly replica: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Everything the service has in Redis. Starting it begins to connect; see `fitness` for being there. */
export class Store extends LongLivedPart {
  readonly name = 'store';
  readonly hints = new DueHints();
  readonly keys: Keys;
  readonly fitness: Fitness;
  readonly messages: MessageStore;
  readonly leases: LeaseStore;
  readonly queries: Queries;
  readonly listing: Listing;
  readonly deliveries: Deliveries;
  readonly stats: Stats;
  readonly upkeep: Upkeep;
  readonly expiryFeed: ExpiryFeed;
  private readonly commands: Redis;

  constructor(options: StoreOptions) {
    super();
    const { redis, keyPrefix, partitions, deliveryLogLength, replica, clock, log } = options;
    const keys = new Keys(keyPrefix, partitions);
    const commands = createConnection(redis, 'commands', replica, log);
    const events = createConnection(redis, 'events', replica, log);
    const scripts = new Scripts(commands);
    const { hints } = this;
    this.keys = keys;
    this.commands = commands;
    this.fitness = new Fitness({ redis: commands, keys, clock, log });
    this.messages = new MessageStore({ redis: commands, scripts, keys, hints });
    this.leases = new LeaseStore({ scripts, keys, hints, replica, deliveryLogLength });
    this.queries = new Queries(commands, keys);
    this.listing = new Listing(scripts, keys);
    this.deliveries = new Deliveries(commands, keys);
    this.stats = new Stats(scripts, keys);
    this.upkeep = new Upkeep({ redis: commands, scripts, keys, hints, replica });
    this.expiryFeed = new ExpiryFeed({ events, commands, keys, db: redis.db, replica, clock });
  }

  protected onStart(): void {
    connectInBackground(this.commands);
  }

  protected onStop(): void {
    closeConnection(this.commands);
  }
}
