/** How much is measured: the full form is what the targets are for. */
export interface Scale {
  readonly form: 'full' | 'quick';
  /** Messages far ahead while lateness is measured, ascending. The last one is the backlog of the rest. */
  readonly pending: readonly number[];
  /** Lateness: for how long messages fall due, and how long what is missing is waited for, in ms. */
  readonly latenessForMs: number;
  readonly giveUpAfterMs: number;
  /** How often what is held against another system is measured, in turns; the medians count. */
  readonly rounds: number;
  /** Burst: messages due at one instant. */
  readonly burst: number;
  /** Bulkhead: messages due at one instant for a receiver that hangs. */
  readonly hung: number;
  /** For how long messages are POSTed one by one in a round, in ms. */
  readonly postForMs: number;
  /** Messages POSTed in batches. */
  readonly batched: number;
  /** Messages whose memory is weighed. */
  readonly weighed: number;
  /** Messages overdue at a start, and starts at each backlog. */
  readonly overdue: number;
  readonly starts: number;
  /** For how long an idle service is watched, in ms. */
  readonly idleForMs: number;
  /** Requests for the first page. */
  readonly listed: number;
}

export const FULL: Scale = {
  form: 'full',
  pending: [0, 1000, 100_000, 1_000_000],
  latenessForMs: 10_000,
  giveUpAfterMs: 45_000,
  rounds: 3,
  burst: 20_000,
  hung: 10_000,
  postForMs: 5000,
  batched: 200_000,
  weighed: 100_000,
  overdue: 10_000,
  starts: 3,
  idleForMs: 20_000,
  listed: 50,
};

export const QUICK: Scale = {
  form: 'quick',
  pending: [0, 20_000],
  latenessForMs: 2000,
  giveUpAfterMs: 4000,
  rounds: 1,
  burst: 4000,
  hung: 10_000,
  postForMs: 2000,
  batched: 20_000,
  weighed: 10_000,
  overdue: 1000,
  starts: 1,
  idleForMs: 4000,
  listed: 20,
};
