import { batch } from './batch.ts';
import { bulkhead } from './bulkhead.ts';
import { burst } from './burst.ts';
import { cost } from './cost.ts';
import { durability } from './durability.ts';
import { idle } from './idle.ts';
import { lateness } from './lateness.ts';
import { list } from './list.ts';
import { memory } from './memory.ts';
import { post } from './post.ts';
import { rss } from './rss.ts';
import type { Scenario } from './scenario.ts';
import { start } from './start.ts';

/** Every scenario, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [
  lateness,
  burst,
  bulkhead,
  post,
  batch,
  durability,
  memory,
  start,
  idle,
  list,
  rss,
  cost,
];
