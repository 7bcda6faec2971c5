/** Where the Redis servers are. */
export type RedisTopology = {
  readonly kind: 'standalone';
  readonly host: string;
  readonly port: number;
};

/** Where Redis is, who we are there and how long to wait for it. */
export interface RedisSettings {
  readonly topology: RedisTopology;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  /** A command without an answer fails after this, in ms. */
  readonly commandTimeoutMs: number;
}
