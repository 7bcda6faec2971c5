import { SETTINGS_SCHEMA } from '../../../src/config-schema.ts';

/** A hindrance, until the service knows these settings. */
export function needs(...settings: readonly string[]): () => Promise<string | undefined> {
  const known: readonly string[] = Object.keys(SETTINGS_SCHEMA.properties);
  const missing = settings.filter((setting) => !known.includes(setting));
  const reason = `the service does not know ${missing.join(', ')} yet`;
  return () => Promise.resolve(missing.length === 0 ? undefined : reason);
}
