import type { ApiToken } from '../runtime/api-token.ts';
import type { ApiSettings } from './schema-api.ts';
import { tokenProblems, toTokens } from './tokens.ts';

/** How the API listens, and whom it answers. */
export interface ApiConfig {
  readonly host: string;
  readonly port: number;
  /** Their hashes only: what was set is not kept. */
  readonly tokens: readonly ApiToken[];
  readonly locale: 'pt-BR' | 'en';
  readonly bodyLimitBytes: number;
  readonly batchLimitBytes: number;
  readonly requestTimeoutMs: number;
  /** For each token; `undefined`: none. */
  readonly rateLimit: { readonly perSecond: number; readonly burst: number } | undefined;
}

/** The settings as they were given, before defaults. */
type Given = Readonly<Partial<Record<keyof ApiSettings, string>>>;

/** What is wrong with the settings of the API taken together, a line for each. */
export function apiContradictions(given: Given): string[] {
  const stray = 'API_RATE_BURST' in given && !('API_RATE_LIMIT' in given);
  return [
    ...tokenProblems(given),
    ...(stray ? ['API_RATE_BURST: goes with API_RATE_LIMIT only'] : []),
  ];
}

/** How the API listens and whom it answers, of valid settings. */
export function toApi(settings: ApiSettings): ApiConfig {
  const { API_RATE_LIMIT: perSecond, API_RATE_BURST: burst = Math.ceil(perSecond) } = settings;
  return {
    host: settings.API_HOST,
    port: settings.API_PORT,
    tokens: toTokens(settings),
    locale: settings.API_LOCALE,
    bodyLimitBytes: settings.API_BODY_LIMIT_BYTES,
    batchLimitBytes: settings.API_BATCH_LIMIT_BYTES,
    requestTimeoutMs: settings.API_REQUEST_TIMEOUT_MS,
    rateLimit: perSecond === 0 ? undefined : { perSecond, burst },
  };
}
