import type { Clock } from '../runtime/clock.ts';
import { LongLivedPart } from '../runtime/lifecycle.ts';
import type { Logger } from '../runtime/logger.ts';
import { Repeater } from '../runtime/repeater.ts';
import type { ServerVitals } from './vitals.ts';

/** What can be wrong with Redis while everything still works, and what the log says when it begins and ends. */
const TEXTS = {
  'eviction-policy': [
    'Redis may evict keys: set maxmemory-policy to noeviction, or messages can be lost or late',
    'Redis evicts no keys when it is full: maxmemory-policy is noeviction',
  ],
  'evicted-keys': [
    'Redis is evicting keys, and with them messages or their times: give it memory, and set ' +
      'maxmemory-policy to noeviction',
    'Redis has stopped evicting keys',
  ],
  memory: [
    'Redis is nearly out of memory and will refuse new messages: remove messages or raise maxmemory',
    'Redis has memory to spare again',
  ],
  // The expiry subscriber says it, at once.
  'events-degraded': [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type AlarmName = keyof typeof TEXTS;

/** Every alarm there is. */
export const ALARMS = Object.keys(TEXTS) as readonly AlarmName[];

export interface AlarmsOptions {
  /** How each master is. */
  readonly readVitals: () => Promise<readonly ServerVitals[]>;
  /** Whether it is known that no expired-key events reach this process. */
  readonly isDegraded: () => boolean;
  /** Between two looks, in ms. */
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Share of the interval that is random, so that replicas do not look in step. */
const JITTER = 0.2;

/** Shares of the memory in use: from the one on it is an alarm, below the other none any more. */
const MEMORY_RAISED = 0.9;
const MEMORY_CLEARED = 0.85;

/**
 * Looks again and again whether Redis is set up and doing as the service needs it. What is wrong is said once
 * in the log, and again when it is over; who asks gets it at any time.
 */
export class Alarms extends LongLivedPart {
  readonly name = 'alarms';
  private readonly options: AlarmsOptions;
  private readonly looks: Repeater;
  private readonly raised = new Set<AlarmName>();
  /** Keys evicted when last looked, by the run of a server. */
  private evicted = new Map<string, number>();

  constructor(options: AlarmsOptions) {
    super();
    this.options = options;
    const { intervalMs, clock, log } = options;
    this.looks = new Repeater({
      name: 'look for alarms',
      intervalMs,
      jitter: JITTER,
      task: () => this.look(),
      clock,
      log,
    });
  }

  /** The alarms that are raised, in no order that matters. */
  active(): AlarmName[] {
    return ALARMS.filter((alarm) => this.isRaised(alarm));
  }

  isRaised(alarm: AlarmName): boolean {
    if (alarm === 'events-degraded' && !this.options.isDegraded()) return false;
    return this.raised.has(alarm);
  }

  protected onStart(): Promise<void> {
    return this.looks.start();
  }

  protected onStop(): Promise<void> {
    return this.looks.stop();
  }

  private async look(): Promise<void> {
    const servers = await this.options.readVitals();
    const policies = servers.map(({ evictionPolicy }) => evictionPolicy);
    const policy = policies.find((one) => one !== 'noeviction');
    this.set('eviction-policy', policy !== undefined, { policy });
    this.setEvicted(servers);
    this.setMemory(servers);
    this.set('events-degraded', this.options.isDegraded());
  }

  private setEvicted(servers: readonly ServerVitals[]): void {
    const growth = servers.map(({ runId, evictedKeys }) => {
      const before = this.evicted.get(runId) ?? evictedKeys;
      return Math.max(0, evictedKeys - before);
    });
    this.evicted = new Map(servers.map(({ runId, evictedKeys }) => [runId, evictedKeys]));
    const evicted = growth.reduce((sum, one) => sum + one, 0);
    this.set('evicted-keys', evicted > 0, { evicted });
  }

  private setMemory(servers: readonly ServerVitals[]): void {
    const fullest = Math.max(0, ...servers.map(({ memoryUse }) => memoryUse));
    const limit = this.isRaised('memory') ? MEMORY_CLEARED : MEMORY_RAISED;
    this.set('memory', fullest >= limit, { memoryUse: Math.round(fullest * 100) / 100 });
  }

  private set(alarm: AlarmName, raised: boolean, details: object = {}): void {
    if (raised === this.raised.has(alarm)) return;
    const { log } = this.options;
    const [begins, ends] = TEXTS[alarm];
    if (raised) this.raised.add(alarm);
    else this.raised.delete(alarm);
    if (raised && begins !== undefined) log.warn({ alarm, ...details }, begins);
    if (!raised && ends !== undefined) log.info({ alarm, ...details }, ends);
  }
}
