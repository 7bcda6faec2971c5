import { endAllServices } from './service.ts';

/** Root hooks, loaded by .mocharc.json. */
export const mochaHooks = {
  afterAll: endAllServices,
};
