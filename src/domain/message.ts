import type { RetryOverride } from './retry-policy.ts';
import type { TraceContext } from './trace-context.ts';

/**
 * The life of a message. Drawn in ARCHITECTURE.md; every arrow is one Lua script in `store/lua`.
 * An absent message has no status: it was never scheduled, was delivered, or was cancelled.
 */
export type MessageStatus = 'scheduled' | 'delivering' | 'failed';

/** Methods a webhook may use; `POST` unless the client asks for another. */
export const METHODS = ['POST', 'PUT', 'PATCH', 'DELETE', 'GET'] as const;
export type Method = (typeof METHODS)[number];

/** When a message is due, as asked. */
export interface DueTime {
  /** As the client wrote it; kept so that `redis-cli` shows what was asked. */
  readonly scheduleTo: string;
  /** The instant `scheduleTo` names, in epoch ms. */
  readonly dueAt: number;
}

/** What is sent, where and how; what is not given is as configured. */
export interface MessageContent {
  readonly webhookUrl: string;
  /** The webhook's body: JSON text. */
  readonly payload: string;
  readonly method?: Method;
  readonly headers?: Readonly<Record<string, string>>;
  /** A whole attempt takes no longer, in ms. */
  readonly timeoutMs?: number;
  readonly retry?: RetryOverride;
  /** Epoch ms after which the message fails as expired instead of being sent too late. */
  readonly notAfter?: number;
  /** The caller's own notes: the text of a JSON object. */
  readonly metadata?: string;
  /** The caller's own words to search by. */
  readonly tags?: readonly string[];
  /** Of the request that created the message. */
  readonly trace?: TraceContext;
}

/** What a client asked for, validated: the input of the `schedule` transition. */
export interface NewMessage extends DueTime, MessageContent {
  readonly id: string;
}

/** A message this process holds a lease on, ready for one attempt. */
export interface ClaimedMessage
  extends Pick<
    MessageContent,
    'webhookUrl' | 'payload' | 'method' | 'headers' | 'timeoutMs' | 'retry' | 'trace'
  > {
  readonly id: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** The instant the client asked for, in epoch ms. The same on every attempt. */
  readonly scheduledFor: number;
  /** How late the claim was: Redis time of the claim − due time of this attempt, in ms. */
  readonly claimLateness: number;
  /** Why its payload or headers cannot be decrypted; absent when they can. */
  readonly unreadable?: string;
  /** Whether its `notAfter` had passed when it was claimed. */
  readonly expired: boolean;
  /** Fences the settle: only the holder of the current token may settle the message. */
  readonly claimToken: string;
}

const HOST = /^https?:\/\/(?:[^/?#]*@)?([^/?#]*)/i;

/** The host a webhook goes to, and its port where the URL has one; empty for what is no URL. */
export function hostOf({ webhookUrl }: Pick<MessageContent, 'webhookUrl'>): string {
  return HOST.exec(webhookUrl)?.[1] ?? '';
}

/** One row of a list of messages. */
export interface ListedMessage {
  readonly id: string;
  readonly status: MessageStatus;
  readonly webhookUrl: string;
  readonly method: string;
  /** Due time of the next (or current) attempt, in epoch ms; of a failed message that of its last one. */
  readonly dueAt: number;
  /** Empty unless the list is filtered by tag. */
  readonly tags: readonly string[];
}
