import { SETTINGS_SCHEMA } from '../../../src/config-schema.ts';

/** A hindrance, until the service knows a setting. */
export function needs(setting: string): () => Promise<string | undefined> {
  const known: readonly string[] = Object.keys(SETTINGS_SCHEMA.properties);
  const reason = known.includes(setting) ? undefined : `the service does not know ${setting} yet`;
  return () => Promise.resolve(reason);
}
