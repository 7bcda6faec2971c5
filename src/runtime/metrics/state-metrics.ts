import { type Aggregator, Counter, Gauge, type Registry } from 'prom-client';

/** How much there is in Redis. */
export interface StoredCounts {
  readonly scheduled: number;
  readonly delivering: number;
  readonly failed: number;
  /** Due, and not being delivered. */
  readonly overdue: number;
  /** How long the message due first has been so, in ms; 0 when none is. */
  readonly oldestOverdueMs: number;
}

/** What a process that delivers tells of that. */
export interface DeliveryState {
  readonly inFlight: () => number;
  /** Most attempts in flight. */
  readonly concurrency: number;
  readonly eventMode: () => string;
  /** Messages found due that no event had announced, since start. */
  readonly missed: () => number;
  /** Due messages that wait for a place at their receiver, as far as is remembered. */
  readonly deferred: () => number;
  /** Receivers whose breaker is not closed, by its state. */
  readonly breakers: () => Readonly<Record<string, number>>;
}

/** What is looked at for every scrape. */
export interface StateSources {
  /** `undefined` when Redis does not tell. */
  readonly stored: () => Promise<StoredCounts | undefined>;
  /** Every alarm there is, and whether it is raised. */
  readonly alarms: () => Iterable<readonly [alarm: string, raised: boolean]>;
  /** Absent in a process that delivers nothing. */
  readonly delivery?: DeliveryState;
}

const EVENT_MODES = ['on', 'degraded', 'unproven'];

/**
 * What is as it is at the moment of a scrape. Of several processes each tells the same of Redis: the worst
 * counts. Of themselves they tell parts of a sum.
 */
export class StateMetrics {
  private readonly gauges: ReturnType<typeof createGauges>;
  private readonly sources: StateSources;

  constructor(registry: Registry, sources: StateSources) {
    this.gauges = createGauges(registry);
    this.sources = sources;
  }

  /** Looks at everything anew. What Redis does not tell is absent, rather than as it was. */
  async refresh(): Promise<void> {
    const { alarms, delivery } = this.sources;
    for (const [alarm, raised] of alarms()) this.gauges.alarm.set({ alarm }, raised ? 1 : 0);
    if (delivery !== undefined) this.setDelivery(delivery);
    this.setStored(await this.sources.stored());
  }

  private setStored(counts: StoredCounts | undefined): void {
    const { redisUp, messages, backlog, oldest } = this.gauges;
    redisUp.set(counts === undefined ? 0 : 1);
    if (counts === undefined) {
      messages.reset();
      backlog.remove();
      oldest.remove();
      return;
    }
    const { scheduled, delivering, failed, overdue, oldestOverdueMs } = counts;
    for (const [state, count] of Object.entries({ scheduled, delivering, failed })) {
      messages.set({ state }, count);
    }
    backlog.set(overdue);
    oldest.set(oldestOverdueMs / 1000);
  }

  private setDelivery(delivery: DeliveryState): void {
    const { inFlight, concurrency, eventMode, missed, deferred, breakers } = delivery;
    const { gauges } = this;
    gauges.inFlight.set(inFlight());
    gauges.inFlightLimit.set(concurrency);
    const current = eventMode();
    for (const mode of EVENT_MODES) gauges.eventMode.set({ mode }, mode === current ? 1 : 0);
    gauges.deferred.set(deferred());
    for (const [state, count] of Object.entries(breakers())) gauges.breakers.set({ state }, count);
    gauges.missed.reset();
    gauges.missed.inc(missed());
  }
}

function createGauges(registry: Registry) {
  const registers = [registry];
  const gauge = <Label extends string>(
    name: string,
    aggregator: Aggregator,
    help: string,
    labelNames: Label[] = [],
  ) => new Gauge({ name: `agendamento_${name}`, help, labelNames, aggregator, registers });
  return {
    redisUp: gauge('redis_up', 'min', 'Whether Redis told what it holds.'),
    messages: gauge('messages', 'max', 'Messages in Redis, by state.', ['state']),
    backlog: gauge('due_backlog_messages', 'max', 'Messages due and not being delivered.'),
    oldest: gauge(
      'oldest_overdue_seconds',
      'max',
      'How long the message due first has been so; 0 when none is.',
    ),
    alarm: gauge('alarm', 'max', 'Whether an alarm is raised.', ['alarm']),
    inFlight: gauge('attempts_in_flight', 'sum', 'Attempts under way.'),
    inFlightLimit: gauge('attempts_in_flight_limit', 'sum', 'Most attempts under way.'),
    deferred: gauge(
      'deferred_messages',
      'sum',
      'Due messages that wait for a place at their receiver, as far as is remembered.',
    ),
    breakers: gauge(
      'breakers',
      'sum',
      'Receivers that keep failing, by state: `open` left alone, `half-open` tried again.',
      ['state'],
    ),
    eventMode: gauge('event_mode', 'sum', 'Processes by whether expired-key events reach them.', [
      'mode',
    ]),
    missed: new Counter({
      name: 'agendamento_events_missed_total',
      help: 'Messages found due that no event had announced.',
      registers,
    }),
  };
}
