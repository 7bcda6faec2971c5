import { toRecord } from './codec.ts';
import type { Commands } from './connections/connections.ts';
import { answered } from './errors.ts';
import { examine, expectedEntries } from './examine.ts';
import type { Keys } from './keys.ts';
import { mergeSources, type ReadChunk } from './merge.ts';

/** A place in the delivery logs: after (older than) that entry of that partition. */
export interface LogPosition {
  readonly streamId: string;
  readonly partition: number;
}

export interface DeliveriesQuery {
  /** Attempts of this message only. */
  readonly id?: string;
  readonly outcome?: string;
  /** Epoch ms: attempts settled then or later. */
  readonly from?: number;
  /** Epoch ms: attempts settled earlier. */
  readonly to?: number;
  /** Where the page begins; with the newest attempt unless given. */
  readonly after?: LogPosition;
  /** Most attempts of the page. */
  readonly limit: number;
}

/** One attempt as the delivery log has it. */
export interface Delivery extends LogPosition {
  readonly id: string;
  readonly attempt: number;
  /** Epoch ms at which it was settled. */
  readonly at: number;
  readonly outcome: string;
  /** 0 when the receiver did not answer. */
  readonly statusCode: number;
  /** Request sent − due time, in ms. */
  readonly lateness: number;
  /** Request sent → outcome known, in ms. */
  readonly duration: number;
  readonly error: string | undefined;
}

export interface DeliveriesPage {
  readonly deliveries: readonly Delivery[];
  /** Where the next page begins; `undefined` when this is the last. */
  readonly next: LogPosition | undefined;
}

/** Reads the delivery logs, newest attempt first. */
export class Deliveries {
  private readonly commands: Commands;
  private readonly keys: Keys;

  constructor(commands: Commands, keys: Keys) {
    this.commands = commands;
    this.keys = keys;
  }

  /** One page; it looks at a bounded number of entries and may be short, or empty, though more follow. */
  async page(query: DeliveriesQuery): Promise<DeliveriesPage> {
    const { id, outcome, to, limit } = query;
    // No stream id is before the epoch, and none can be asked for.
    if (to !== undefined && to <= 0) return { deliveries: [], next: undefined };
    const partitions = id === undefined ? this.keys.allPartitions() : [this.keys.partitionOf(id)];
    const filtered = id !== undefined || outcome !== undefined;
    const { matching, last } = await examine(
      mergeSources(
        partitions.map((partition) => this.source(partition, query)),
        compareDeliveries,
        expectedEntries(limit, filtered),
      ),
      (delivery) =>
        (id === undefined || delivery.id === id) &&
        (outcome === undefined || delivery.outcome === outcome),
      limit,
    );
    const next = last && { streamId: last.streamId, partition: last.partition };
    return { deliveries: matching, next };
  }

  private source(partition: number, query: DeliveriesQuery): ReadChunk<Delivery> {
    const log = this.keys.deliveryLog(partition);
    const oldest = query.from === undefined ? '-' : String(Math.max(0, query.from));
    const newest = newestOf(partition, query);
    return async (last, count) => {
      const upTo = last === undefined ? newest : `(${last.streamId}`;
      const found = await answered(this.commands.xrevrange(log, upTo, oldest, 'COUNT', count));
      const entries = found.map(([streamId, fields]) => decode(streamId, partition, fields));
      return { entries, more: entries.length === count };
    };
  }
}

/** Where reading a partition begins; of entries with equal stream ids the lower partition's comes first. */
function newestOf(partition: number, { to, after }: DeliveriesQuery): string {
  if (after === undefined) return to === undefined ? '+' : `(${to}-0`;
  return partition > after.partition ? after.streamId : `(${after.streamId}`;
}

function decode(streamId: string, partition: number, fields: string[]): Delivery {
  const entry = toRecord(fields);
  return {
    streamId,
    partition,
    id: entry.id ?? '',
    attempt: Number(entry.attempt),
    at: timeOf(streamId),
    outcome: entry.outcome ?? '',
    statusCode: Number(entry.statusCode),
    lateness: Number(entry.lateness),
    duration: Number(entry.duration),
    error: entry.error,
  };
}

/** Newest first. */
function compareDeliveries(a: Delivery, b: Delivery): number {
  return b.at - a.at || sequenceOf(b) - sequenceOf(a) || a.partition - b.partition;
}

/** A stream id is `<epoch ms>-<sequence number within it>`. */
function timeOf(streamId: string): number {
  return Number.parseInt(streamId, 10);
}

function sequenceOf({ streamId }: Delivery): number {
  return Number(streamId.slice(streamId.indexOf('-') + 1));
}
