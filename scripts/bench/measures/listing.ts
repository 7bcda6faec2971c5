import type { Bench } from '../bench.ts';
import { median, quantile } from '../report/quantiles.ts';
import { startChild } from '../stage/child.ts';
import { getPage, startService } from '../stage/service.ts';
import { backlogOfOurs, fullBacklog } from './shared.ts';

export interface ListingRun {
  /** Request sent → last byte of the first page, in ms. */
  readonly median: number;
  readonly p99: number;
  /** Messages a walk over all pages came by, each counted once, and how long it took, in ms. */
  readonly walked: number;
  readonly walkMs: number;
}

/** Requests that do not count. */
const WARM_UP = 5;
/** The largest page there is. */
const WALK_LIMIT = 10_000;

/** Lists the largest backlog. */
export async function measureListing(bench: Bench): Promise<ListingRun> {
  const { scope, workDir, scale, say } = bench;
  const backlog = await backlogOfOurs(bench);
  await backlog.fillTo(fullBacklog(bench));
  say('list: the first page, then all of them');
  return scope.within(async (inner) => {
    const { port, url } = await startService(inner, { redisPort: backlog.redis.port, workDir });
    const load = await startChild(inner, 'load');
    const what = { port, path: '/messages', count: WARM_UP + scale.listed };
    const { durationsMs } = await load.call<{ durationsMs: number[] }>('get', what);
    const counted = durationsMs.slice(WARM_UP).sort((a, b) => a - b);
    const since = performance.now();
    const walked = await walk(url);
    const walkMs = performance.now() - since;
    return { median: median(counted), p99: quantile(counted, 0.99), walked, walkMs };
  });
}

/** @returns how many different messages all pages have together */
async function walk(url: string): Promise<number> {
  const ids = new Set<string>();
  let cursor: string | null | undefined = '';
  while (typeof cursor === 'string') {
    const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = await getPage(url, `limit=${WALK_LIMIT}${after}`);
    for (const { messageId } of page.scheduledJobs) ids.add(messageId);
    cursor = page.nextCursor;
  }
  return ids.size;
}
