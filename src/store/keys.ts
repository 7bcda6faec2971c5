import { crc32 } from 'node:zlib';

/** The one place that knows how Redis keys are spelled. */
export class Keys {
  readonly partitions: number;
  private readonly prefix: string;

  /**
   * @param prefix goes first in every key
   * @param partitions 1: plain names (`message:<id>`); more: the partition is a hash tag
   *   (`message:{7}:<id>`), so that everything one script touches shares a Redis Cluster slot
   */
  constructor(prefix: string, partitions: number) {
    this.prefix = prefix;
    this.partitions = partitions;
  }

  /** The same keys spread over another number of partitions. */
  withPartitions(partitions: number): Keys {
    return new Keys(this.prefix, partitions);
  }

  /** The partition an id lives in: CRC-32 of its UTF-8 bytes, modulo the number of partitions. */
  partitionOf(id: string): number {
    return this.partitions === 1 ? 0 : crc32(id) % this.partitions;
  }

  /** Every partition's number. */
  allPartitions(): readonly number[] {
    return Array.from({ length: this.partitions }, (_, partition) => partition);
  }

  /** Hash: the message. */
  message(id: string): string {
    return this.messagePrefix(this.partitionOf(id)) + id;
  }

  /** String with a TTL that ends when the message needs attention. */
  shadow(id: string): string {
    return this.shadowPrefix(this.partitionOf(id)) + id;
  }

  /** The keys every transition of a message starts with: message, shadow key, due index. */
  ofMessage(id: string): [message: string, shadow: string, dueIndex: string] {
    return [this.message(id), this.shadow(id), this.dueIndex(this.partitionOf(id))];
  }

  /** What precedes the id in the message keys of a partition. */
  messagePrefix(partition: number): string {
    return this.tagged('message', partition);
  }

  /** What precedes the id in the shadow keys of a partition. */
  shadowPrefix(partition: number): string {
    return this.tagged('due', partition);
  }

  /** Sorted set: id → epoch ms of the moment the message needs attention. The truth. */
  dueIndex(partition: number): string {
    return `${this.tagged('index', partition)}due`;
  }

  /** Sorted set: id → epoch ms at which its lease ends, for messages whose attempt is under way. */
  deliveringIndex(partition: number): string {
    return `${this.tagged('index', partition)}delivering`;
  }

  /** Sorted set: id → epoch ms at which the message failed for good. */
  failedIndex(partition: number): string {
    return `${this.tagged('index', partition)}failed`;
  }

  /** Stream, capped: one entry per attempt. */
  deliveryLog(partition: number): string {
    return `${this.tagged('log', partition)}deliveries`;
  }

  /** String: fingerprint and result of the request that an idempotency key came with. */
  idempotency(partition: number, key: string): string {
    return this.idempotencyPrefix(partition) + key;
  }

  /** What precedes the idempotency key in the records of a partition. */
  idempotencyPrefix(partition: number): string {
    return this.tagged('idempotency', partition);
  }

  /** Short-lived string: the results of one call that changed messages. */
  callRecord(partition: number, call: string): string {
    return this.tagged('request', partition) + call;
  }

  /** String: the last claim a replica made in a partition, so that a repeated claim gets its batch. */
  claimRecord(partition: number, replica: string): string {
    return this.tagged('claim', partition) + replica;
  }

  /** Hash with a TTL: id → digest of what was imported from the old service, so that it is not again. */
  importRecord(partition: number): string {
    return `${this.tagged('import', partition)}legacy`;
  }

  /**
   * A key that never exists, in the slot of another key; none in a single partition. A script that names
   * it is refused while the slot moves between masters of a cluster, because not all of its keys are in
   * one place; otherwise it could run where some of them are, and break off half-way.
   */
  slotGuard(beside: string): [guard: string] | [] {
    const tag = /\{\d+\}/.exec(beside)?.[0];
    return this.partitions === 1 || tag === undefined ? [] : [`${this.prefix}absent:${tag}`];
  }

  /** String: the number of partitions the data was written with. */
  partitionCount(): string {
    return `${this.prefix}meta:partitions`;
  }

  /** Short-lived string: the replica whose turn it is to walk over all messages. */
  auditTurn(): string {
    return `${this.prefix}meta:audit`;
  }

  /** Short-lived string whose expiry proves that a partition's events reach a replica. */
  canary(partition: number, replica: string): string {
    return this.tagged('canary', partition) + replica;
  }

  /** The partition of a shadow key, or `undefined` when the key is none of ours. */
  partitionOfShadow(key: string): number | undefined {
    const head = `${this.prefix}due:`;
    if (!key.startsWith(head)) return undefined;
    if (this.partitions === 1) return 0;
    const tag = /^\{(\d+)\}:/.exec(key.slice(head.length));
    const partition = Number(tag?.[1] ?? Number.NaN);
    return partition < this.partitions ? partition : undefined;
  }

  /** Glob for SCAN: every message key. */
  messagePattern(): string {
    const literal = this.prefix.replace(/[\\*?[\]]/g, '\\$&');
    return `${literal}message:*`;
  }

  /** The id in a message key, or `undefined` when the key is of another layout. */
  idOfMessage(key: string): string | undefined {
    const head = `${this.prefix}message:`;
    const rest = this.partitions === 1 ? key.slice(head.length) : key.replace(/^[^}]*\}:/, '');
    return this.message(rest) === key ? rest : undefined;
  }

  private tagged(kind: string, partition: number): string {
    const tag = this.partitions === 1 ? '' : `{${partition}}:`;
    return `${this.prefix}${kind}:${tag}`;
  }
}
