import type { RouterContext } from '@koa/router';
import { METRICS_TYPE } from '../../runtime/metrics.ts';

/**
 * `GET /metrics`: what Prometheus scrapes.
 * @param scrape everything that is measured, as text; of all processes that share the port
 */
export function metricsHandler(scrape: () => Promise<string>) {
  return async function metrics(ctx: RouterContext): Promise<void> {
    ctx.body = await scrape();
    ctx.type = METRICS_TYPE;
  };
}
