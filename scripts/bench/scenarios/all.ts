import { burst } from './burst.ts';
import { lateness } from './lateness.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [lateness, burst];
