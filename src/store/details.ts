import type { MessageStatus } from '../domain/message.ts';
import type { Sealing } from './sealing.ts';

/** One attempt in a message's own history. */
export interface PastAttempt {
  readonly attempt?: number;
  /** Epoch ms at which it was settled. */
  readonly at?: number;
  readonly outcome?: string;
  readonly statusCode?: number;
  readonly lateness?: number;
  readonly duration?: number;
  readonly error?: string;
  /** How the receiver's answer begins. */
  readonly answer?: string;
}

/** Everything a message says of itself. Texts of JSON are as they are stored. */
export interface MessageDetails {
  readonly id: string;
  readonly status: MessageStatus;
  readonly scheduleTo: string | undefined;
  /** Due time of the next (or current) attempt, in epoch ms. */
  readonly dueAt: number | undefined;
  readonly webhookUrl: string | undefined;
  readonly method: string;
  /** JSON text. */
  readonly headers: string | undefined;
  /** JSON text. */
  readonly payload: string | undefined;
  readonly timeoutMs: number | undefined;
  /** JSON text. */
  readonly retry: string | undefined;
  /** Epoch ms. */
  readonly notAfter: number | undefined;
  /** JSON text. */
  readonly metadata: string | undefined;
  /** JSON text. */
  readonly tags: string | undefined;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  /** Epoch ms. */
  readonly createdAt: number | undefined;
  readonly lastError: string | undefined;
  readonly attempts: readonly PastAttempt[] | undefined;
}

type Hash = Partial<Record<string, string>>;

/** Reads a message from its hash; what cannot be decrypted is as it is stored. */
export function decodeDetails(id: string, hash: Hash, sealing: Sealing): MessageDetails {
  const { headers, payload, attempts } = hash;
  return {
    id,
    status: toStatus(hash.status) ?? 'scheduled',
    scheduleTo: hash.scheduleTo,
    dueAt: toNumber(hash.dueAt),
    webhookUrl: hash.webhookUrl,
    method: hash.method ?? 'POST',
    headers: headers && sealing.show(id, 'headers', headers),
    payload: payload && sealing.show(id, 'payload', payload),
    timeoutMs: toNumber(hash.timeoutMs),
    retry: hash.retry,
    notAfter: toNumber(hash.notAfter),
    metadata: hash.metadata,
    tags: hash.tags,
    traceparent: hash.traceparent,
    tracestate: hash.tracestate,
    createdAt: toNumber(hash.createdAt),
    lastError: hash.lastError,
    attempts:
      attempts === undefined
        ? undefined
        : toAttempts(attempts).map((attempt) => withAnswer(id, attempt, sealing)),
  };
}

function withAnswer(id: string, attempt: PastAttempt, sealing: Sealing): PastAttempt {
  const { answer } = attempt;
  if (typeof answer !== 'string') return attempt;
  return { ...attempt, answer: sealing.show(id, 'answer', answer) };
}

/** Reads a status; `undefined` when it is none. */
export function toStatus(text: string | null | undefined): MessageStatus | undefined {
  return text === 'scheduled' || text === 'delivering' || text === 'failed' ? text : undefined;
}

/** Reads the tags of a message; what was damaged by hand counts as none. */
export function toTags(text: string | null | undefined): readonly string[] {
  const tags = text == null ? [] : parseOr(text, []);
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}

/** The history of a message: JSON objects joined by commas. What was damaged by hand counts as none. */
function toAttempts(text: string): readonly PastAttempt[] {
  const attempts = parseOr(`[${text}]`, []);
  if (!Array.isArray(attempts)) return [];
  return attempts.filter((entry) => typeof entry === 'object' && entry !== null) as PastAttempt[];
}

function toNumber(text: string | undefined): number | undefined {
  const number = Number(text);
  return text === undefined || Number.isNaN(number) ? undefined : number;
}

function parseOr(text: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}
