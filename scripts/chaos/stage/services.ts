import { setTimeout as delay } from 'node:timers/promises';
import type { Scope } from '../../harness/scope.ts';
import { type ServiceProcess, spawnService } from '../../harness/service.ts';
import type { Violation } from '../verdict.ts';

/** A start or stop that takes longer than this, in ms, hangs. */
const PATIENCE_MS = 60_000;

/** From this level on a log line tells of a defect: 50 is pino's `error`. */
const ERROR_LEVEL = 50;

/** How every service of a scenario is set up. */
const DEFAULTS = {
  // Longer than any scenario: what a lost claim strands stays so, and counts as lost.
  WEBHOOK_LEASE_MS: String(60 * 60 * 1000),
  // Refused messages fail within seconds.
  WEBHOOK_MAX_ATTEMPTS: '3',
  WEBHOOK_RETRY_BASE_MS: '200',
  WEBHOOK_RETRY_FACTOR: '2',
};

/** As set above; the checker needs it. */
export const MAX_ATTEMPTS = Number(DEFAULTS.WEBHOOK_MAX_ATTEMPTS);

/** The service processes of a scenario. */
export class Services {
  readonly violations: Violation[] = [];
  /** Those that run, and what forgets to end them with the scenario. */
  private readonly running = new Map<ServiceProcess, () => void>();
  private readonly scope: Scope;
  /** Those that take requests of the load. */
  private readonly asked = new Set<ServiceProcess>();

  constructor(scope: Scope) {
    this.scope = scope;
  }

  /** Starts one; resolves when it is ready. */
  async start(env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    const spawned = spawnService({ ...DEFAULTS, ...env });
    const forget = this.scope.defer(() => spawned.end('SIGKILL').then(() => undefined));
    const { url } = await spawned.logged('the service is ready', PATIENCE_MS);
    const service = { ...spawned, url: String(url) };
    this.running.set(service, forget);
    this.asked.add(service);
    return service;
  }

  urls(): string[] {
    return [...this.asked].map(({ url }) => url);
  }

  /** From now on the load asks it nothing. */
  spare(service: ServiceProcess): void {
    this.asked.delete(service);
  }

  /** The load may ask it again. */
  ask(service: ServiceProcess): void {
    this.asked.add(service);
  }

  /** Kills it with SIGKILL. */
  async kill(service: ServiceProcess): Promise<void> {
    this.forget(service);
    await service.end('SIGKILL');
    this.listen(service);
  }

  /** Stops it with SIGTERM, and holds it to that. */
  async stop(service: ServiceProcess): Promise<void> {
    this.forget(service);
    const late = new AbortController();
    const ended = service.end();
    const code = await Promise.race([ended, delay(PATIENCE_MS, 'late', { signal: late.signal })]);
    late.abort();
    if (code === 'late') await service.end('SIGKILL');
    this.listen(service);
    if (code === 0) return;
    const how = code === 'late' ? `still ran ${PATIENCE_MS} ms after` : `ended with ${code} on`;
    this.complain(service, `${how} SIGTERM`);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.running.keys()].map((service) => this.stop(service)));
  }

  private forget(service: ServiceProcess): void {
    this.asked.delete(service);
    this.running.get(service)?.();
    this.running.delete(service);
  }

  /** What a service that has ended logged as an error, or wrote past its log, is a defect. */
  private listen(service: ServiceProcess): void {
    for (const line of service.logs) {
      if (typeof line.level === 'number' && line.level < ERROR_LEVEL) continue;
      this.complain(service, JSON.stringify(line).slice(0, 400));
    }
  }

  private complain({ pid }: ServiceProcess, detail: string): void {
    this.violations.push({ kind: 'service', about: `process ${pid}`, detail });
  }
}
