import {
  type DurableRedis,
  durableRedis,
  EVERY_WRITE_ON_DISK,
} from '../../scripts/harness/durable-redis.ts';
import { USER_ARGS } from './redis-user.ts';

/**
 * Makes a Redis of a test's own that can go away and come back; it is not running until `up`.
 * @param args settings on top of the project's redis.conf
 */
export function durableTestRedis(args = EVERY_WRITE_ON_DISK): Promise<DurableRedis> {
  return durableRedis({ args: [...USER_ARGS, ...args] });
}
