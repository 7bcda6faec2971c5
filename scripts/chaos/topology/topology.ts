import type { Redis } from 'ioredis';

/** The Redis servers of a scenario, however many there are. */
export interface Topology {
  /** Settings that lead a service there. */
  readonly env: Readonly<Record<string, string>>;
  /** How many partitions those settings mean. */
  readonly partitions: number;
  /** A connection to every master there is now, to look inside. */
  masters(): Promise<readonly Redis[]>;
  /** Ends every process and removes the data. */
  remove(): Promise<void>;
}
