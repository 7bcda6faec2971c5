import type { Settlement, SettleResult } from '../../../src/domain/settlement.ts';

/** A message as the state machine knows it; times in epoch ms of Redis. */
export interface ModelMessage {
  readonly id: string;
  readonly status: 'scheduled' | 'delivering' | 'failed';
  readonly attempt: number;
  readonly dueAt: number;
  readonly payload: string;
  readonly method?: string;
  readonly notAfter?: number;
  /** The last claim's token, kept after the settle. */
  readonly claim?: string;
  readonly leaseUntil?: number;
  /** Of one that is due and was deferred: when it needs attention. */
  readonly deferredUntil?: number;
  readonly failedAt?: number;
  readonly lastError?: string;
  /** Entries of its history; their time is left out. */
  readonly attempts?: number;
}

/** A message as asked for. */
export type Asked = Pick<ModelMessage, 'id' | 'dueAt' | 'payload' | 'method' | 'notAfter'>;

export type OnConflict = 'refuse' | 'ignore' | 'replace';

/** What a claim may take. */
export interface ClaimRules {
  readonly inPartition: (id: string) => boolean;
  readonly limit: number;
  readonly originOf: (id: string) => string;
  /** Most of one origin. */
  readonly quotas: ReadonlyMap<string, number>;
  /** Ids to take first. */
  readonly ids: readonly string[];
}

/** What a reschedule changes. */
export interface Changes extends Partial<Omit<Asked, 'id'>> {
  readonly remove?: readonly ('method' | 'notAfter')[];
}

/**
 * The state machine of messages, pure: what Redis must agree with after every command. Redis times that
 * a transition makes up (lease end, retry time) are given to it, checked by the caller.
 */
export class Model {
  readonly messages = new Map<string, ModelMessage>();
  logged = 0;

  schedule(
    message: Asked,
    onConflict: OnConflict,
  ): 'scheduled' | 'replaced' | 'ignored' | 'exists' {
    const taken = this.messages.has(message.id);
    if (taken && onConflict === 'refuse') return 'exists';
    if (taken && onConflict === 'ignore') return 'ignored';
    this.messages.set(message.id, { ...message, status: 'scheduled', attempt: 0 });
    return taken ? 'replaced' : 'scheduled';
  }

  /** What stands in the way of a change to a message that must be scheduled. */
  changeable(id: string): 'message-not-found' | 'message-in-flight' | 'message-failed' | undefined {
    const status = this.messages.get(id)?.status;
    if (status === undefined) return 'message-not-found';
    if (status === 'delivering') return 'message-in-flight';
    return status === 'failed' ? 'message-failed' : undefined;
  }

  reschedule(id: string, { remove = [], ...changes }: Changes) {
    const refusal = this.changeable(id);
    if (refusal !== undefined) return refusal;
    const changed = without({ ...this.expect(id), ...changes }, [...remove, 'deferredUntil']);
    if (changed.notAfter !== undefined && changed.notAfter < changed.dueAt) return 'expires-first';
    this.messages.set(id, changed);
    return undefined;
  }

  /** @param now Redis time of the change: one that is already due stays due since then */
  fire(id: string, now: number): void {
    const message = this.armedAsDue(id);
    this.messages.set(id, { ...message, dueAt: Math.min(message.dueAt, now) });
  }

  replayable(id: string): 'message-not-found' | 'message-not-failed' | undefined {
    const status = this.messages.get(id)?.status;
    if (status === undefined) return 'message-not-found';
    return status === 'failed' ? undefined : 'message-not-failed';
  }

  replay(id: string, now: number): void {
    const rest = without(this.expect(id), ['failedAt', 'notAfter']);
    this.messages.set(id, { ...rest, status: 'scheduled', attempt: 0, dueAt: now });
  }

  cancel(id: string): 'cancelled' | 'cancelled-in-flight' | 'not-found' {
    const message = this.messages.get(id);
    this.messages.delete(id);
    if (message === undefined) return 'not-found';
    return message.status === 'delivering' ? 'cancelled-in-flight' : 'cancelled';
  }

  /** What a claim of one partition must take, and what defer, in order. */
  claimable(rules: ClaimRules, now: number): { taken: string[]; deferred: string[] } {
    const quotas = new Map(rules.quotas);
    const taken: string[] = [];
    const deferred: string[] = [];
    const take = (message: ModelMessage) => {
      const origin = rules.originOf(message.id);
      const left = quotas.get(origin) ?? Number.POSITIVE_INFINITY;
      const expired = (message.notAfter ?? now) < now;
      if (left === 0 && !expired) return false;
      if (!expired) quotas.set(origin, left - 1);
      taken.push(message.id);
      return true;
    };
    for (const id of rules.ids) {
      const message = this.messages.get(id);
      if (message === undefined || !rules.inPartition(id) || taken.length === rules.limit) continue;
      if (message.status === 'scheduled' && message.dueAt <= now) take(message);
    }
    for (const message of this.due(rules, now)) {
      if (taken.length === rules.limit) break;
      if (!taken.includes(message.id) && !take(message)) deferred.push(message.id);
    }
    return { taken, deferred };
  }

  private due({ inPartition }: ClaimRules, now: number): ModelMessage[] {
    const due = [...this.messages.values()].filter(
      (message) => inPartition(message.id) && (attention(message) ?? Number.NaN) <= now,
    );
    return due.sort(
      (a, b) => (attention(a) ?? 0) - (attention(b) ?? 0) || compareBytes(a.id, b.id),
    );
  }

  /** One whose lease ran out stays with its holder. */
  defer(id: string, until: number): void {
    const message = this.expect(id);
    const field = message.status === 'delivering' ? 'leaseUntil' : 'deferredUntil';
    this.messages.set(id, { ...message, [field]: until });
  }

  /** A deferral that is forgotten: it needs attention when it is due. */
  armedAsDue(id: string): ModelMessage {
    const message = without(this.expect(id), ['deferredUntil']);
    this.messages.set(id, message);
    return message;
  }

  claim(id: string, token: string, leaseUntil: number): void {
    const message = this.armedAsDue(id);
    const attempt = message.attempt + 1;
    this.messages.set(id, { ...message, status: 'delivering', attempt, claim: token, leaseUntil });
  }

  /** What a settle must answer. */
  standing(id: string, token: string, kind: Settlement['kind']): SettleResult {
    const message = this.messages.get(id);
    if (message === undefined) return 'not-found';
    if (message.claim !== token) return 'lost-claim';
    if (message.status !== 'delivering' && kind === 'complete') return 'lost-claim';
    return DONE[kind];
  }

  /** Settles, when the token still holds the message; a repeat of a settle changes nothing. */
  settle(id: string, token: string, settlement: Settlement, now: number): void {
    const message = this.messages.get(id);
    if (message?.claim !== token || message.status !== 'delivering') return;
    const { leaseUntil: _over, ...rest } = message;
    if (settlement.kind !== 'release') this.logged += 1;
    if (settlement.kind === 'complete') this.messages.delete(id);
    else this.messages.set(id, settled(rest, settlement, now));
  }

  purgeFailed(): void {
    for (const [id, { status }] of this.messages) if (status === 'failed') this.messages.delete(id);
  }

  private expect(id: string): ModelMessage {
    const message = this.messages.get(id);
    if (message === undefined) throw new Error(`the model has no message ${id}`);
    return message;
  }
}

/** When a message needs attention: its index score. Failed ones need none. */
export function attention(message: ModelMessage): number | undefined {
  const { status, dueAt, leaseUntil, deferredUntil } = message;
  if (status === 'failed') return undefined;
  return status === 'delivering' ? leaseUntil : (deferredUntil ?? dueAt);
}

const DONE = {
  complete: 'completed',
  retry: 'retried',
  fail: 'failed',
  release: 'released',
} as const;

function settled(
  message: ModelMessage,
  settlement: Exclude<Settlement, { kind: 'complete' }>,
  now: number,
): ModelMessage {
  switch (settlement.kind) {
    case 'retry': {
      const { delayMs, error } = settlement;
      const attempts = (message.attempts ?? 0) + 1;
      return { ...message, status: 'scheduled', dueAt: now + delayMs, lastError: error, attempts };
    }
    case 'fail': {
      const attempts = (message.attempts ?? 0) + 1;
      const { error } = settlement;
      return { ...message, status: 'failed', failedAt: now, lastError: error, attempts };
    }
    case 'release':
      return { ...message, status: 'scheduled', attempt: message.attempt - 1 };
  }
}

function without(message: ModelMessage, names: readonly (keyof ModelMessage)[]): ModelMessage {
  const kept = Object.entries(message).filter(([name]) => !names.some((gone) => gone === name));
  return Object.fromEntries(kept) as unknown as ModelMessage;
}

/** Redis orders equal scores by the bytes of the member. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
