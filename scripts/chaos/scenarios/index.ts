import type { Scenario } from '../scenario.ts';
import { notificationsOff } from './notifications-off.ts';
import { subscriberKilled } from './subscriber-killed.ts';

/** Every scenario there is, in the order in which they are played. */
export const SCENARIOS: readonly Scenario[] = [notificationsOff, subscriberKilled];
