import type { ListedMessage, MessageStatus } from '../domain/message.ts';
import { type MessageFilter, matchesFilter } from '../domain/message-filter.ts';
import { toStatus, toTags } from './details.ts';
import { examine, expectedEntries } from './examine.ts';
import type { Keys } from './keys.ts';
import { type Chunk, mergeSources, type ReadChunk } from './merge.ts';
import type { Scripts } from './scripts.ts';

/** A place in an index: after the entry of that score (as Redis writes it) and id. */
export interface IndexPosition {
  readonly score: string;
  readonly id: string;
}

export interface ListingQuery {
  /** `due`: what is scheduled or being delivered. `failed`: dead letters. */
  readonly index: 'due' | 'failed';
  /** Epoch ms: entries of this score or a higher one. */
  readonly from?: number;
  /** Epoch ms: entries of a lower score. */
  readonly to?: number;
  /** Where the page begins; the start unless given. */
  readonly after?: IndexPosition;
  /** Most messages of the page. */
  readonly limit: number;
  readonly filter: MessageFilter;
}

export interface ListingPage {
  readonly messages: readonly ListedMessage[];
  /** Where the next page begins; `undefined` when this is the last. */
  readonly next: IndexPosition | undefined;
  /** How many entries the index has between `from` and `to`, whatever the filter. */
  readonly total: number;
}

interface Entry extends IndexPosition {
  readonly at: number;
  /** `undefined` when the message has gone though its entry has not. */
  readonly message: ListedMessage | undefined;
}

/** What `decodeRow` needs, in its order; a filter by tag needs the tags too. */
const FIELDS = ['webhookUrl', 'dueAt', 'status', 'method'] as const;

/** Lists messages in the order of an index: by score, equal scores by the bytes of the id. */
export class Listing {
  private readonly scripts: Scripts;
  private readonly keys: Keys;

  constructor(scripts: Scripts, keys: Keys) {
    this.scripts = scripts;
    this.keys = keys;
  }

  /**
   * One page. A walk from page to page comes by every message that keeps its place in the index exactly
   * once. What the filter asks is looked up in the messages: a page looks at a bounded number of them and
   * may be short, or empty, though more follow.
   */
  async page(query: ListingQuery): Promise<ListingPage> {
    const totals = new Map<number, number>();
    const sources = this.keys
      .allPartitions()
      .map((partition) => this.source(partition, query, (n) => totals.set(partition, n)));
    const { filter, limit } = query;
    const filtered = Object.values(filter).some((wanted) => wanted !== undefined);
    const { matching, last } = await examine(
      mergeSources(sources, compareEntries, expectedEntries(limit, filtered)),
      ({ message }) => message !== undefined && matchesFilter(filter, message),
      limit,
    );
    return {
      messages: matching.flatMap(({ message }) => message ?? []),
      next: last && { score: last.score, id: last.id },
      total: [...totals.values()].reduce((sum, total) => sum + total, 0),
    };
  }

  private source(
    partition: number,
    query: ListingQuery,
    onTotal: (total: number) => void,
  ): ReadChunk<Entry> {
    const { keys } = this;
    const index = query.index === 'due' ? keys.dueIndex(partition) : keys.failedIndex(partition);
    const window = [query.from ?? '-inf', query.to === undefined ? '+inf' : `(${query.to}`];
    const fields = query.filter.tag === undefined ? FIELDS : [...FIELDS, 'tags'];
    const message = [keys.messagePrefix(partition), ...fields];
    const fallback = query.index === 'due' ? 'scheduled' : 'failed';
    return async (last, count): Promise<Chunk<Entry>> => {
      const { score, id } = last ?? query.after ?? { score: '', id: '' };
      const args = [score, id, count, ...window, ...message];
      const [, total, more, ...flat] = await this.scripts.run('page', [index], args);
      onTotal(Number(total));
      const rows = toRows(flat as Row, 2 + fields.length);
      return { entries: rows.map((row) => decodeRow(row, fallback)), more: more === 1 };
    };
  }
}

type Row = readonly (string | null | undefined)[];

function toRows(flat: Row, width: number): Row[] {
  const rows: Row[] = [];
  for (let i = 0; i < flat.length; i += width) rows.push(flat.slice(i, i + width));
  return rows;
}

function decodeRow(
  [id, score, webhookUrl, dueAt, status, method, tags]: Row,
  fallback: MessageStatus,
): Entry {
  // `inf` as Redis writes it is none of JavaScript's numbers.
  const at = Number(String(score).replace('inf', 'Infinity'));
  const entry = { id: String(id), score: String(score), at };
  if (webhookUrl == null) return { ...entry, message: undefined };
  const message = {
    id: entry.id,
    status: toStatus(status) ?? fallback,
    webhookUrl,
    method: method ?? 'POST',
    dueAt: Number(dueAt ?? entry.at),
    tags: toTags(tags),
  };
  return { ...entry, message };
}

/** The order of the indexes, over all partitions. */
function compareEntries(a: Entry, b: Entry): number {
  return a.at === b.at ? compareBytes(a.id, b.id) : a.at < b.at ? -1 : 1;
}

/** The order of two texts' UTF-8 bytes, in which Redis keeps members of equal scores. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x !== y) return byteRank(x) - byteRank(y);
  }
  return a.length - b.length;
}

/** Halves of surrogate pairs stand for characters past U+FFFF: in UTF-8 those come last. */
function byteRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}
