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
      readonly username: string | undefined;
      readonly password: string | undefined;
    }
  /** Some nodes, which know all others. */
  | { readonly kind: 'cluster'; readonly nodes: readonly RedisAddress[] };

/** How we know the servers, and they us, where connections are encrypted. Certificates and keys are PEM. */
export interface RedisTls {
  /** Those who may have signed the servers' certificates; whom Node.js trusts unless given. */
  readonly ca: string | undefined;
  /** Our own certificate and its key, for servers that ask for one. */
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** What the servers' certificates have to be for; the address they are reached at unless given. */
  readonly serverName: string | undefined;
  /** Whether the servers' certificates are looked at. */
  readonly verify: boolean;
}

/** Where Redis is, who we are there and how long to wait for it. */
export interface RedisSettings {
  readonly topology: RedisTopology;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  /** `undefined` for plain connections. */
  readonly tls: RedisTls | undefined;
  /** A command without an answer fails after this, in ms. */
  readonly commandTimeoutMs: number;
}
