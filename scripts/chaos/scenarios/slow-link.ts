import type { Scenario } from '../scenario.ts';

/** One way, from and to, in ms. */
const LATENCY_MS = [5, 60] as const;

export const slowLink: Scenario = {
  name: 'slow-link',
  fault: 'everything between the services and Redis takes 5 to 60 ms longer, each way',
  holds: 'none twice',
  async run(stage) {
    const redis = await stage.standalone();
    const proxy = await stage.proxy(redis.port);
    await stage.serve(2, { REDIS_PORT: String(proxy.port) });
    proxy.slowDown(() => {
      stage.struck += 1;
      return stage.random.between(...LATENCY_MS);
    });
    await stage.load();
  },
};
