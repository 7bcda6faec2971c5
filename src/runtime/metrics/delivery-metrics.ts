import { Counter, Histogram, type Registry } from 'prom-client';
import { type Counting, childOf, type Observing } from './children.ts';

/** From a millisecond to a quarter of an hour, in s: lateness of a service at rest, and after an outage. */
const LATENESS_BUCKETS = [
  ...[0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5],
  ...[1, 2.5, 5, 10, 30, 60, 300, 900],
];

/** In s. */
const ATTEMPT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** In messages; no claim takes more than the last. */
const BATCH_BUCKETS = [1, 2, 5, 10, 25, 50, 100];

/** What settles come to: counted from zero, so that the first one is seen as a change. */
const RESULTS = [
  'completed',
  'retried',
  'failed',
  'released',
  'lost-claim',
  'not-found',
  'unanswered',
];

/** An attempt as far as it is counted. */
export interface MeasuredAttempt {
  readonly outcome: string;
  /** What the receiver answered; 0 when it did not. */
  readonly statusCode: number;
  /** In ms. */
  readonly lateness: number;
  /** In ms. */
  readonly duration: number;
}

/** Counts what the dispatcher does. */
export class DeliveryMetrics {
  private readonly lateness: Histogram;
  private readonly events: Counter;
  private readonly batch: Histogram;
  private readonly duration: (outcome: string) => Observing;
  private readonly attempts: (outcome: string) => (statusClass: string) => Counting;
  private readonly settlements: (result: string) => Counting;
  private readonly claims: (result: string) => Counting;

  constructor(registry: Registry) {
    const registers = [registry];
    this.lateness = new Histogram({
      name: 'agendamento_lateness_seconds',
      help: 'Request sent − due time, of every attempt that was sent.',
      buckets: LATENESS_BUCKETS,
      registers,
    });
    const duration = new Histogram({
      name: 'agendamento_attempt_duration_seconds',
      help: 'From sending a webhook until its end, by outcome.',
      labelNames: ['outcome'],
      buckets: ATTEMPT_BUCKETS,
      registers,
    });
    this.duration = childOf((outcome) => duration.labels({ outcome }));
    const attempts = new Counter({
      name: 'agendamento_attempts_total',
      help: 'Attempts, by outcome and by class of the status the receiver answered with.',
      labelNames: ['outcome', 'status'],
      registers,
    });
    this.attempts = childOf((outcome) => childOf((status) => attempts.labels({ outcome, status })));
    const settlements = new Counter({
      name: 'agendamento_settlements_total',
      help: 'What attempts were settled as; `failed` is kept as a dead letter.',
      labelNames: ['result'],
      registers,
    });
    this.settlements = childOf((result) => settlements.labels({ result }));
    for (const result of RESULTS) this.settlements(result).inc(0);
    const claims = new Counter({
      name: 'agendamento_claims_total',
      help: 'Claims, by whether they took messages.',
      labelNames: ['result'],
      registers,
    });
    this.claims = childOf((result) => claims.labels({ result }));
    for (const result of ['taken', 'empty', 'unanswered']) this.claims(result).inc(0);
    this.batch = new Histogram({
      name: 'agendamento_claim_batch_messages',
      help: 'Messages in a claim that took some.',
      buckets: BATCH_BUCKETS,
      registers,
    });
    this.events = new Counter({
      name: 'agendamento_events_received_total',
      help: 'Expired-key events of shadow keys that this process has heard.',
      registers,
    });
  }

  /** @param result what it was settled as */
  attempted({ outcome, statusCode, lateness, duration }: MeasuredAttempt, result: string): void {
    this.attempts(outcome)(classOf(statusCode)).inc();
    this.settlements(result).inc();
    // Nothing was sent.
    if (['expired', 'unreadable', 'interrupted'].includes(outcome)) return;
    this.lateness.observe(lateness / 1000);
    this.duration(outcome).observe(duration / 1000);
  }

  claimed(messages: number): void {
    this.claims(messages === 0 ? 'empty' : 'taken').inc();
    if (messages > 0) this.batch.observe(messages);
  }

  claimUnanswered(): void {
    this.claims('unanswered').inc();
  }

  eventReceived(): void {
    this.events.inc();
  }
}

/** `2xx` of 204; a receiver may answer with any number there is. */
function classOf(statusCode: number): string {
  return statusCode >= 100 && statusCode < 600 ? `${Math.floor(statusCode / 100)}xx` : 'none';
}
