import type { RedisAddress } from '../../runtime/redis-settings.ts';
import { errorCode } from '../errors.ts';
import type { ConnectionOptions } from './redis-options.ts';

/** Leads to one server, always the same. */
export function standaloneEndpoint({ host, port }: RedisAddress): ConnectionOptions {
  return {
    host,
    port,
    // Behind an address that goes with the master a demoted one answers so: connect anew.
    reconnectOnError: (error) => errorCode(error) === 'READONLY',
  };
}
