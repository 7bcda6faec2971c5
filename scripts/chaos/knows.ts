import { SETTINGS_SCHEMA } from '../../src/config-schema.ts';

/** Whether the service has that setting. */
export function knows(setting: string): boolean {
  return Object.keys(SETTINGS_SCHEMA.properties).includes(setting);
}
