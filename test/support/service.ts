import { type ServiceProcess, startService } from '../../scripts/harness/service.ts';

export {
  callApi,
  endAllServices,
  type LogLine,
  type ServiceProcess,
  spawnService,
  startService,
  TOKEN,
} from '../../scripts/harness/service.ts';

/** Gives a suite services on its Redis, as many as a test starts; they are ended after each test. */
export function useServices(redis: { readonly current: { readonly port: number } }) {
  const services: ServiceProcess[] = [];
  afterEach(async () => {
    for (const service of services.splice(0)) await service.end();
  });
  return async (env: Record<string, string> = {}, port = redis.current.port) => {
    const service = await startService(port, env);
    services.push(service);
    return service;
  };
}
