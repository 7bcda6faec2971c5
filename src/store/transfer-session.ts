import type { RedisSettings } from '../runtime/redis-settings.ts';
import { openConnections } from './connections/create.ts';
import { LEGACY_KEYS, LegacySource } from './legacy-source.ts';
import { openTool, patient, runningReplicas, type ToolOptions } from './tool.ts';
import { Transfer, type TransferMode } from './transfer.ts';

/** The service's data, open for a transfer. */
export interface TransferSession {
  readonly transfer: Transfer;
  /** The names of the replicas that are connected to the same database, as far as Redis tells. */
  runningReplicas(): Promise<string[]>;
  close(): void;
}

/** As `openTool`. */
export async function openTransfer(
  options: ToolOptions,
  mode: TransferMode,
): Promise<TransferSession> {
  const tool = await openTool(options, 'transfer', mode);
  return {
    transfer: new Transfer(tool),
    runningReplicas: () => runningReplicas(tool.connections, options.redis.db),
    close: () => tool.connections.close(),
  };
}

/**
 * Connects to the Redis of the old service.
 * @throws StoreUnavailableError when it cannot be reached
 */
export async function openLegacySource(
  settings: RedisSettings,
): Promise<{ readonly source: LegacySource; close(): void }> {
  const connections = await openConnections(patient(settings), LEGACY_KEYS, 'import-legacy');
  return { source: new LegacySource(connections), close: () => connections.close() };
}
