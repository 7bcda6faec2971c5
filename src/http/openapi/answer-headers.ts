import type { Json } from './portable.ts';
import { reference } from './requests.ts';

/** The header every answer has. */
export const COMMON_HEADER = 'X-Request-Id';

/** The headers of an answer: those of these names, and the one that every answer has. */
export function answerHeaders(names: readonly string[]): Json {
  const headers = [...names, COMMON_HEADER].map((name) => [name, reference('headers', name)]);
  return Object.fromEntries(headers);
}
