import { errorCode } from '../errors.ts';
import type { ConnectionOptions } from './redis-options.ts';

/** How to reach one server that is always the same. */
export function standaloneEndpoint({
  host,
  port,
}: {
  readonly host: string;
  readonly port: number;
}): ConnectionOptions {
  return {
    host,
    port,
    // Behind an address that moves with the master, a demoted one answers so: connect anew.
    reconnectOnError: (error) => errorCode(error) === 'READONLY',
  };
}
