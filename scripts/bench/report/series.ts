import type { Unit } from './figure.ts';

/** What charts and documents are made from; what was not measured is left out there too. */
export interface Series {
  readonly lateness?: readonly LatenessPoint[];
  readonly burst?: readonly BurstBar[];
  readonly cost?: readonly CostOf[];
}

export interface LatenessPoint {
  readonly system: string;
  /** Messages far ahead while it was measured. */
  readonly pending: number;
  readonly p50: Bounded;
  readonly p99: Bounded;
}

/** A value, or a bound of one: what had not arrived when waiting ended came later, if at all. */
export interface Bounded {
  readonly value: number;
  readonly orMore: boolean;
}

export interface BurstBar {
  readonly system: string;
  /** Deliveries. */
  readonly perSecond: number;
}

/** What one delivery costs. */
export interface Cost {
  /** Scripts run. */
  readonly scripts: number;
  /** Commands run, those inside scripts included. */
  readonly commands: number;
  /** Times Redis read from its clients: pipelined commands are read together. */
  readonly roundTrips: number;
  /** CPU time of the process that sends, and of Redis, in µs. */
  readonly senderCpu: number;
  readonly redisCpu: number;
}

/** Each part of a cost in words, with its unit. */
export const COST_LINES: readonly (readonly [keyof Cost, string, Unit])[] = [
  ['scripts', 'scripts', 'count'],
  ['commands', 'commands, those in scripts included', 'count'],
  ['roundTrips', 'round trips', 'count'],
  ['senderCpu', 'CPU of the sender', 'µs'],
  ['redisCpu', 'CPU of Redis', 'µs'],
];

export interface CostOf extends Partial<Cost> {
  /** Who, doing what. */
  readonly of: string;
}
