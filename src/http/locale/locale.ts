import type { MessageStatus } from '../../domain/message.ts';
import { en } from './en.ts';
import { ptBR } from './pt-br.ts';

/** A field of a request and what is wrong with it, before it is put into words. */
export interface FieldProblem {
  /** Name or path of the field, or name of the query parameter; empty for the body as a whole. */
  readonly field: string;
  readonly rule: FieldRule;
  /** What the rule asks for, such as a length or a type. */
  readonly limit: string;
}

export type FieldRule =
  | 'required'
  | 'unknown'
  | 'type'
  | 'min-length'
  | 'max-length'
  | 'max-total'
  | 'max-bytes'
  | 'message-id'
  | 'due-time'
  | 'webhook-url'
  | 'refused-destination'
  | 'nesting'
  | 'minimum'
  | 'maximum'
  | 'choice'
  | 'min-items'
  | 'max-items'
  | 'unique'
  | 'duration'
  | 'header-name'
  | 'header-value'
  | 'text'
  | 'contradicts'
  | 'in-past'
  | 'before-due'
  | 'nothing-to-change'
  | 'unread-body'
  | 'masked'
  | 'unknown-parameter'
  | 'repeated'
  | 'destination'
  | 'later-than'
  | 'durability'
  | 'durability-here'
  | 'cursor';

/** Every reason for which a request is refused. */
export type ProblemCode =
  | 'unauthorized'
  | 'missing-scope'
  | 'rate-limited'
  | 'route-not-found'
  | 'method-not-allowed'
  | 'malformed-body'
  | 'body-too-large'
  | 'unsupported-media-type'
  | 'malformed-request'
  | 'request-timeout'
  | 'headers-too-large'
  | 'invalid-message'
  | 'invalid-query'
  | 'invalid-cursor'
  | 'message-exists'
  | 'message-not-found'
  | 'message-in-flight'
  | 'message-failed'
  | 'message-not-failed'
  | 'key-reused'
  | 'store-unavailable'
  | 'store-full'
  | 'not-ready'
  | 'not-durable'
  | 'internal-error';

/** All words of the API in one language. */
export interface Locale {
  readonly words: {
    readonly scheduled: string;
    readonly removed: string;
    readonly changed: string;
    readonly fired: string;
    readonly replayed: string;
    readonly healthy: string;
    readonly connected: string;
    readonly disconnected: string;
    readonly alive: string;
    readonly ready: string;
    /** Told when a message is cancelled while its delivery is under way. */
    readonly removedInFlight: string;
  };
  /** What each status is called. */
  readonly statuses: Readonly<Record<MessageStatus, string>>;
  /** By code: a short title, and the detail with `{0}` for what the refusal is about. */
  readonly problems: Readonly<Record<ProblemCode, readonly [title: string, detail: string]>>;
  /** By rule: what is wrong with a field, `{0}` standing for the rule's limit. */
  readonly rules: Readonly<Record<FieldRule, string>>;
  /** What a problem with the body as a whole is said of. */
  readonly body: string;
}

const LOCALES = { 'pt-BR': ptBR, en } satisfies Record<string, Locale>;

/** The words of a language. */
export function localeOf(name: keyof typeof LOCALES): Locale {
  return LOCALES[name];
}

/** The status a word stands for, in any of the languages or as the code has it. */
export const STATUS_BY_WORD: ReadonlyMap<string, MessageStatus> = new Map(
  Object.values(LOCALES).flatMap(({ statuses }) =>
    (Object.entries(statuses) as [MessageStatus, string][]).flatMap(([status, word]) => [
      [status, status] as const,
      [word, status] as const,
    ]),
  ),
);

/** Puts a value where a text has `{0}`. */
export function fill(text: string, value: string): string {
  return text.replaceAll('{0}', () => value);
}
