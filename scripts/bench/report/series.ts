/** What the charts are drawn from; a chart whose series was not measured is not drawn. */
export interface Series {
  readonly lateness?: readonly LatenessPoint[];
  readonly burst?: readonly BurstBar[];
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
