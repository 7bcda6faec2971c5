import type { FinalState } from './history.ts';
import type { Violation } from './verdict.ts';

/**
 * When all is settled only dead letters are left, each a hash and an entry in the index of failed
 * messages.
 * @param decided ids of the messages that were to fail
 */
export function checkLeftovers(state: FinalState, decided: ReadonlySet<string>): Violation[] {
  const leftover = (about: string, detail: string): Violation => ({
    kind: 'leftover',
    about,
    detail,
  });
  const failed = new Set(state.failed);
  return [
    ...state.strangers.map((key) =>
      leftover(key, 'a key of no message that does not go by itself'),
    ),
    ...state.due.map((id) => leftover(id, 'an entry of the due index')),
    ...state.delivering.map((id) => leftover(id, 'an entry of the delivering index')),
    ...state.shadows.map((id) => leftover(id, 'a shadow key')),
    ...[...state.messages]
      .filter(([id, status]) => status !== 'failed' || !failed.has(id))
      .map(([id, status]) => leftover(id, `an orphan hash with status ${status}`)),
    ...state.failed
      .filter((id) => !state.messages.has(id))
      .map((id) => leftover(id, 'an entry of the failed index without its hash')),
    ...state.failed
      .filter((id) => !decided.has(id))
      .map((id) => leftover(id, 'failed, though its receiver did not decide so')),
  ];
}
