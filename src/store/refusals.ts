import { MessageError, type Refusal } from '../domain/errors.ts';

/** Replies by which a script says that it changed nothing because of the message's state. */
const REFUSALS: Readonly<Partial<Record<string, Refusal>>> = {
  exists: 'message-exists',
  'not-found': 'message-not-found',
  'in-flight': 'message-in-flight',
  failed: 'message-failed',
  'not-failed': 'message-not-failed',
  'in-past': 'in-past',
  'expires-first': 'expires-first',
  'key-reused': 'key-reused',
};

/** The refusal a script's reply stands for; `undefined` when it did what was asked. */
export function toRefusal(reply: string, id: string): MessageError | undefined {
  const code = REFUSALS[reply];
  return code && new MessageError(code, id);
}
