import { type ServiceProcess, startServiceWith } from '../../scripts/harness/service.ts';

export {
  callApi,
  endAllServices,
  followService,
  type LogLine,
  type ServiceProcess,
  spawnService,
  startService,
  startServiceWith,
  TOKEN,
} from '../../scripts/harness/service.ts';

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
