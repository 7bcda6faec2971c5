import { until } from '../../harness/until.ts';
import type { Scenario } from '../scenario.ts';

/** How soon a service gives a silent link up, in ms. */
const REDIS_TIMEOUT_MS = 500;

/** A link on which nothing gets through any more, though both ends hold it open. */
function halfOpen(name: string, connection: string, what: string, services: number): Scenario {
  return {
    name,
    fault: `${what} of every service goes silent and stays open`,
    holds: 'none twice; the link is replaced',
    async run(stage) {
      const redis = await stage.standalone();
      const proxy = await stage.proxy(redis.port);
      const env = {
        REDIS_PORT: String(proxy.port),
        REDIS_TIMEOUT_MS: String(REDIS_TIMEOUT_MS),
      };
      await stage.serve(services, env);
      const load = stage.load();
      const arrivals = stage.sized(40, 500);
      await until('under way', () => stage.history.arrivals.length >= arrivals, 60_000);
      const before = proxy.connectionsNamed(connection);
      proxy.swallow(connection);
      stage.struck += before;
      await load;
      const replaced = () => proxy.connectionsNamed(connection) >= before + services;
      await until('the links are replaced', replaced, 60_000);
    },
  };
}

export const subscriberHalfOpen = halfOpen(
  'subscriber-half-open',
  'agendamento:events',
  'the subscriber’s connection',
  1,
);

export const commandsHalfOpen = halfOpen(
  'commands-half-open',
  'agendamento:commands',
  'the connection for commands',
  2,
);
