export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

/** Where the Redis servers are. */
export type RedisTopology =
  | ({ readonly kind: 'standalone' } & RedisAddress)
  | {
      readonly kind: 'sentinel';
      readonly sentinels: readonly RedisAddress[];
      /** What the sentinels call the master. */
      readonly name: string;
      /** Of the sentinels themselves. */
      readonly password: string | undefined;
    }
  /** Some nodes, which know all others. */
  | { readonly kind: 'cluster'; readonly nodes: readonly RedisAddress[] };

/** Where Redis is, who we are there and how long to wait for it. */
export interface RedisSettings {
  readonly topology: RedisTopology;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  /** A command without an answer fails after this, in ms. */
  readonly commandTimeoutMs: number;
}
