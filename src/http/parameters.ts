import type { Context } from 'koa';
import type { OnConflict } from '../store/scheduling.ts';
import { invalidField } from './problems.ts';

export const ON_CONFLICT: readonly OnConflict[] = ['refuse', 'ignore', 'replace'];

/** Visible ASCII and spaces, of a length that suits a Redis key. */
export const IDEMPOTENCY_KEY = /^[ -~]{1,255}$/;

/** The query parameter `onConflict`: what to do when the id is taken. */
export function readOnConflict({ query }: Context): OnConflict {
  const { onConflict = 'refuse', ...others } = query;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw invalidField(unknown, 'unknown');
  const choice = ON_CONFLICT.find((name) => name === onConflict);
  if (choice === undefined) throw invalidField('onConflict', 'choice', ON_CONFLICT.join(', '));
  return choice;
}

/** The header `Idempotency-Key`, when it is given. */
export function readIdempotencyKey(ctx: Context): string | undefined {
  const key = ctx.get('idempotency-key');
  if (key === '') return undefined;
  if (!IDEMPOTENCY_KEY.test(key)) throw invalidField('Idempotency-Key', 'text');
  return key;
}
