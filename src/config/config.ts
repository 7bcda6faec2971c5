import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { DURABILITY_FORMAT, type Durability, isDurability } from '../domain/durability.ts';
import type { LogFormat, LogLevel } from '../runtime/logger.ts';
import type { PayloadKey } from '../runtime/payload-key.ts';
import type { RedisSettings, RedisTls } from '../runtime/redis-settings.ts';
import { parseRedisUrl, REDIS_URL_FORM } from '../runtime/redis-url.ts';
import { type ApiConfig, apiContradictions, toApi } from './api.ts';
import { payloadKeyProblems, toPayloadKeys } from './payload-keys.ts';
import { isAddressList, redisContradictions, toPartitions, toRedis, usesTls } from './redis.ts';
import { SETTINGS } from './reference.ts';
import { SETTINGS_SCHEMA, type Settings } from './schema.ts';
import { ADDRESS_LIST } from './schema-redis.ts';
import { readTls } from './tls.ts';
import { toWebhook, WEBHOOK_FORMATS, type WebhookConfig } from './webhook.ts';

/** Everything that can be set, in the shape the parts take it. Frozen. */
export interface Config {
  readonly api: ApiConfig;
  readonly redis: RedisSettings;
  readonly keyPrefix: string;
  readonly partitions: number;
  /** The first one encrypts payloads and headers in Redis, all decrypt. */
  readonly payloadKeys: readonly PayloadKey[];
  /** Of changes that ask for none. */
  readonly durability: Durability;
  readonly webhook: WebhookConfig;
  readonly reconcileIntervalMs: number;
  readonly failedRetentionMs: number;
  readonly deliveryLogLength: number;
  readonly drainTimeoutMs: number;
  readonly drainDelayMs: number;
  /** Processes to run. */
  readonly workers: number | 'auto';
  readonly role: 'all' | 'api' | 'worker';
  /** As set; `undefined` lets the process choose one. */
  readonly replica: string | undefined;
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

/** The environment is not one this service can start with; `problems` has a line for each reason. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`invalid settings:\n${problems.join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

/** The part of the configuration that says where messages are kept, and how they are spelled there. */
export type StoreConfig = Pick<Config, 'redis' | 'keyPrefix' | 'partitions' | 'payloadKeys'>;

/** Checked settings; what is given a default by others has it. */
export type FullSettings = Settings & Required<Pick<Settings, 'WEBHOOK_LEASE_MS' | 'PARTITIONS'>>;

/** Variables by name; an empty value counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A name that starts like this is meant for us: one we do not know is a mistake worth stopping for. */
const OWN_PREFIXES = ['API_', 'REDIS_', 'PAYLOAD_', 'WEBHOOK_', 'RECONCILE_'];

/** What Kubernetes adds for every Service named `redis` or `api`. */
const SERVICE_LINK =
  /^(?:API|REDIS|WEBHOOK)_(?:.*_)?(?:SERVICE_(?:HOST|PORT).*|PORT(?:_\d+_(?:TCP|UDP|SCTP).*)?)$/;

/** Added to the webhook timeout for the default lease: time for a slow claim, a pause and the settle. */
const LEASE_MARGIN_MS = 15_000;

/** With less, a claim that takes its time leaves no time to send. */
const LEAST_LEASE_MARGIN_MS = 500;

const SECRETS = new Set<string>(SETTINGS.filter((s) => s.isSecret).map(({ name }) => name));

/** The settings that `StoreConfig` is made of. */
const STORE_SETTING = /^(?:REDIS_.*|KEY_PREFIX|PARTITIONS|PAYLOAD_.*)$/;

const ajv = new Ajv({ allErrors: true, coerceTypes: true, useDefaults: true });
ajv.addFormat(ADDRESS_LIST, isAddressList);
for (const [name, check] of Object.entries(WEBHOOK_FORMATS)) ajv.addFormat(name, check);
ajv.addFormat(REDIS_URL_FORM, (text) => parseRedisUrl(text) !== undefined);
ajv.addFormat(DURABILITY_FORMAT, isDurability);

const validate = ajv.compile<Settings>(SETTINGS_SCHEMA);

const validateStore = ajv.compile({
  ...SETTINGS_SCHEMA,
  properties: pickStore(SETTINGS_SCHEMA.properties),
});

/**
 * Reads the configuration.
 * @throws ConfigError naming every problem at once
 */
export function readConfig(env: Environment): Config {
  return toConfig(readSettings(env));
}

/**
 * Reads the settings under their own names.
 * @throws ConfigError naming every problem at once
 */
export function readSettings(env: Environment): FullSettings {
  const settings = ownSettings(env);
  const contradictions = apiContradictions(settings);
  const problems = [...problemsOf(validate, settings, env), ...contradictions];
  // Coerced and filled in as far as possible, whether valid or not.
  const valid = settings as unknown as Settings;
  const { WEBHOOK_TIMEOUT_MS: timeoutMs } = valid;
  const leaseMs = valid.WEBHOOK_LEASE_MS ?? timeoutMs + LEASE_MARGIN_MS;
  if (Number.isInteger(timeoutMs) && leaseMs < timeoutMs + LEAST_LEASE_MARGIN_MS) {
    problems.push(
      `WEBHOOK_LEASE_MS: must be at least WEBHOOK_TIMEOUT_MS (${timeoutMs}) + ${LEAST_LEASE_MARGIN_MS}, is ${leaseMs}`,
    );
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...valid, WEBHOOK_LEASE_MS: leaseMs, PARTITIONS: toPartitions(valid) };
}

/**
 * Reads what concerns the store and nothing else: for tools that work on the service's data.
 * @throws ConfigError naming every problem at once
 */
export function readStoreConfig(env: Environment): StoreConfig {
  const settings = pickStore(ownSettings(env));
  const problems = problemsOf(validateStore, settings, env);
  if (problems.length > 0) throw new ConfigError(problems);
  return deepFreeze(toStoreConfig(settings as unknown as Settings));
}

/**
 * Reads what an encrypted connection to another Redis than the service's needs.
 * @throws ConfigError naming every problem at once
 */
export function readTlsFiles(env: Environment): RedisTls {
  const settings = pickStore(ownSettings(env));
  validateStore(settings);
  const { tls, problems } = readTls(settings as unknown as Settings);
  if (problems.length > 0) throw new ConfigError(problems);
  return tls;
}

/** Checks settings one by one and together; fills in defaults. */
function problemsOf(
  validator: ValidateFunction,
  settings: Record<string, string>,
  env: Environment,
): string[] {
  // Before the defaults are in: they contradict nothing.
  const contradictions = [...redisContradictions(settings), ...payloadKeyProblems(settings)];
  const wrong = validator(settings) ? [] : (validator.errors ?? []);
  const problems = [...wrong.map((error) => describe(error, env)), ...contradictions];
  // Files are looked at once it is clear which, and that they are wanted.
  if (problems.length > 0 || !usesTls(settings)) return problems;
  return [...readTls(settings as unknown as Settings).problems];
}

function pickStore<T extends object>(settings: T): T {
  const own = Object.entries(settings).filter(([name]) => STORE_SETTING.test(name));
  return Object.fromEntries(own) as T;
}

function ownSettings(env: Environment): Record<string, string> {
  const known = Object.keys(SETTINGS_SCHEMA.properties);
  const isOwn = (name: string) =>
    known.includes(name) || OWN_PREFIXES.some((prefix) => name.startsWith(prefix));
  const own = Object.entries(env).filter(([name, value]) => isOwn(name) && value);
  return Object.fromEntries(own) as Record<string, string>;
}

function describe(
  { keyword, instancePath, params, message }: ErrorObject,
  env: Environment,
): string {
  if (keyword === 'additionalProperties') return describeUnknown(String(params.additionalProperty));
  const name = instancePath.slice(1);
  const shown = SECRETS.has(name) ? '' : `, is ${JSON.stringify(env[name])}`;
  const choices = keyword === 'enum' ? `: ${(params.allowedValues as string[]).join(', ')}` : '';
  return `${name}: ${message}${choices}${shown}`;
}

function describeUnknown(name: string): string {
  const cause = SERVICE_LINK.test(name)
    ? '; Kubernetes sets it for a Service of that name: put enableServiceLinks: false in the pod spec'
    : '; check its spelling or remove it';
  return `${name}: is not a setting${cause}`;
}

function toConfig(settings: FullSettings): Config {
  return deepFreeze({
    api: toApi(settings),
    ...toStoreConfig(settings),
    durability: settings.DURABILITY,
    webhook: toWebhook(settings),
    reconcileIntervalMs: settings.RECONCILE_INTERVAL_MS,
    failedRetentionMs: settings.FAILED_RETENTION_MS,
    deliveryLogLength: settings.DELIVERY_LOG_LENGTH,
    drainTimeoutMs: settings.DRAIN_TIMEOUT_MS,
    drainDelayMs: settings.DRAIN_DELAY_MS,
    workers: settings.WORKERS === 'auto' ? 'auto' : Number(settings.WORKERS),
    role: settings.ROLE,
    replica: settings.REPLICA_NAME,
    logLevel: settings.LOG_LEVEL,
    logFormat: settings.LOG_FORMAT,
  });
}

function toStoreConfig(settings: Settings): StoreConfig {
  return {
    redis: toRedis(settings, usesTls(settings) ? readTls(settings).tls : undefined),
    keyPrefix: settings.KEY_PREFIX,
    partitions: toPartitions(settings),
    payloadKeys: toPayloadKeys(settings),
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null) deepFreeze(part);
  }
  return Object.freeze(value);
}
