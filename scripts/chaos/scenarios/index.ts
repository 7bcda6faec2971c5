import type { Scenario } from '../scenario.ts';
import { burst } from './burst.ts';
import {
  clusterFailover,
  clusterMasterKilled,
  clusterNodeAdded,
  clusterSlotsMoved,
} from './cluster.ts';
import { underConditions } from './conditions.ts';
import { commandsHalfOpen, subscriberHalfOpen } from './half-open.ts';
import { notificationsOff } from './notifications-off.ts';
import { powerLoss } from './power-loss.ts';
import { receiverUnwell } from './receiver-unwell.ts';
import { redisClockJump } from './redis-clock-jump.ts';
import { redisFull } from './redis-full.ts';
import { redisKilled } from './redis-killed.ts';
import { redisRdbRestart } from './redis-rdb-restart.ts';
import { redisStopped } from './redis-stopped.ts';
import { replicaClock } from './replica-clock.ts';
import { replyLost } from './reply-lost.ts';
import { rollingRestart } from './rolling-restart.ts';
import { sentinelFailover, sentinelMasterIsolated, sentinelMasterKilled } from './sentinel.ts';
import { allServicesKilled, serviceKilled } from './service-killed.ts';
import { serviceStopped } from './service-stopped.ts';
import { shadowKeysEvicted } from './shadow-keys-evicted.ts';
import { slowLink } from './slow-link.ts';
import { subscriberKilled } from './subscriber-killed.ts';
import { subscriberOverflow } from './subscriber-overflow.ts';
import { twoReplicas } from './two-replicas.ts';

/** Every scenario there is, in the order in which they are played. */
export const SCENARIOS: readonly Scenario[] = [
  notificationsOff,
  subscriberKilled,
  subscriberHalfOpen,
  commandsHalfOpen,
  subscriberOverflow,
  slowLink,
  replyLost,
  serviceKilled,
  allServicesKilled,
  serviceStopped,
  rollingRestart,
  redisKilled,
  powerLoss,
  redisRdbRestart,
  redisStopped,
  redisFull,
  shadowKeysEvicted,
  burst,
  receiverUnwell,
  replicaClock,
  redisClockJump,
  twoReplicas,
  ...underConditions,
  sentinelMasterKilled,
  sentinelMasterIsolated,
  sentinelFailover,
  clusterFailover,
  clusterMasterKilled,
  clusterSlotsMoved,
  clusterNodeAdded,
];
