import { DomainError } from '../domain/errors.ts';
import type { Clock } from '../runtime/clock.ts';
import { sharedFor } from '../runtime/shared.ts';
import { askMasters } from './connections/ask-masters.ts';
import type { Connections } from './connections/connections.ts';
import { errorCode, unlessForbidden } from './errors.ts';
import type { Keys } from './keys.ts';
import type { Scripts } from './scripts.ts';

/** Whether Redis can do what the service asks of it; of several masters, whether all of them can. */
export interface StoreReadiness {
  readonly redis: 'connected' | 'loading' | 'unreachable';
  /** `replica`: one of the servers only reads. `unknown`: it does not permit to ask, or is unreachable. */
  readonly role: 'master' | 'replica' | 'unknown';
  /** Whether our scripts run there. */
  readonly scripts: 'loaded' | 'refused' | 'unknown';
}

const UNREACHABLE: StoreReadiness = { redis: 'unreachable', role: 'unknown', scripts: 'unknown' };

/** What counts of several masters: the first of these that one of them has. */
const ROLES: readonly StoreReadiness['role'][] = ['replica', 'unknown', 'master'];

/** Probes come from many sides: within this, in ms, they share an answer. */
const FRESH_MS = 1000;

export interface ReadinessParts {
  readonly connections: Connections;
  readonly scripts: Scripts;
  readonly keys: Keys;
  readonly clock: Clock;
}

/** Looks whether Redis is ready for this process: two commands to each master, once a second at most. */
export class Readiness {
  /** Never rejects but by a fault of ours. */
  readonly look: () => Promise<StoreReadiness>;
  private readonly parts: ReadinessParts;

  constructor(parts: ReadinessParts) {
    this.parts = parts;
    this.look = sharedFor(FRESH_MS, parts.clock, () => this.ask());
  }

  private async ask(): Promise<StoreReadiness> {
    try {
      const roles = new Set(await this.roles());
      const [role = 'unknown'] = ROLES.filter((one) => roles.has(one));
      const failure = await this.tryScripts();
      if (failure === undefined) return { redis: 'connected', role, scripts: 'loaded' };
      return { redis: isLoading(failure) ? 'loading' : 'connected', role, scripts: 'refused' };
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return UNREACHABLE;
    }
  }

  private async roles(): Promise<StoreReadiness['role'][]> {
    const infos = await askMasters(this.parts.connections, (server) =>
      unlessForbidden(server.info('replication'), ''),
    );
    return infos.map((info) => {
      const role = /^role:(\w+)/m.exec(info)?.[1];
      if (role === undefined) return 'unknown';
      return role === 'master' ? 'master' : 'replica';
    });
  }

  /**
   * Runs one that only looks, on every master that holds keys of ours; one Redis does not know it loads.
   * @returns why that did not work
   */
  private async tryScripts(): Promise<DomainError | undefined> {
    const { connections, scripts, keys } = this.parts;
    const held = connections.masters().flatMap(({ partitions }) => partitions.slice(0, 1));
    try {
      await Promise.all(held.map((p) => scripts.run('peek', [keys.dueIndex(p)], [0])));
      return undefined;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return error;
    }
  }
}

/** Meanwhile Redis tells of itself, and does nothing else. */
function isLoading({ cause }: DomainError): boolean {
  return cause instanceof Error && errorCode(cause) === 'LOADING';
}
