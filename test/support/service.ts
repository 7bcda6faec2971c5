import * as harness from '../../scripts/harness/service.ts';
import { withUser } from './redis-user.ts';

export {
  callApi,
  endAllServices,
  followService,
  type LogLine,
  type ServiceProcess,
  TOKEN,
} from '../../scripts/harness/service.ts';

type ServiceProcess = harness.ServiceProcess;

/** Starts the service against a Redis, as the least of its users unless told, and waits until it is ready. */
export function startService(redisPort: number, env: Record<string, string> = {}) {
  return startServiceWith({ REDIS_PORT: String(redisPort), ...env });
}

/** As `startService`, against the Redis that its settings name. */
export function startServiceWith(env: Record<string, string>): Promise<ServiceProcess> {
  return harness.startServiceWith(withUser(env));
}

/** Starts the service without waiting for anything; as the least of users, unless `cwd` has settings. */
export function spawnService(env: Record<string, string>, cwd?: string): ServiceProcess {
  return harness.spawnService(cwd === undefined ? withUser(env) : env, cwd);
}

/** Gives a suite services on its Redis, as many as a test starts; they are ended after each test. */
export function useServices(redis: { readonly current: { readonly port: number } }) {
  const start = useServicesWith(() => ({}));
  return (env: Record<string, string> = {}, port = redis.current.port) =>
    start({ REDIS_PORT: String(port), ...env });
}

/** As `useServices`, on the Redis that the settings `place` name. */
export function useServicesWith(place: () => Readonly<Record<string, string>>) {
  const services: ServiceProcess[] = [];
  afterEach(async () => {
    for (const service of services.splice(0)) await service.end();
  });
  return async (env: Record<string, string> = {}) => {
    const service = await startServiceWith({ ...place(), ...env });
    services.push(service);
    return service;
  };
}
