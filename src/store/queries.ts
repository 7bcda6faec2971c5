import type { Redis } from 'ioredis';
import { MessageError } from '../domain/errors.ts';
import { decodeDetails, type MessageDetails } from './details.ts';
import { answered, errorCode } from './errors.ts';
import type { Keys } from './keys.ts';

/** What the API asks of Redis in single commands, without changing anything. */
export class Queries {
  private readonly redis: Redis;
  private readonly keys: Keys;

  constructor(redis: Redis, keys: Keys) {
    this.redis = redis;
    this.keys = keys;
  }

  /** Resolves when Redis answers. */
  async ping(): Promise<void> {
    await answered(this.redis.ping());
  }

  /** Redis time, epoch ms. */
  async now(): Promise<number> {
    const [seconds, micros] = await answered(this.redis.time());
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  }

  /**
   * Everything that is stored of a message.
   * @throws MessageError `message-not-found` when no such message is stored; a key of another type is none
   */
  async message(id: string): Promise<MessageDetails> {
    const hash = await answered(this.redis.hgetall(this.keys.message(id))).catch(
      (error: Error): Record<string, string> => {
        if (errorCode(error) === 'WRONGTYPE') return {};
        throw error;
      },
    );
    if (Object.keys(hash).length === 0) throw new MessageError('message-not-found', id);
    return decodeDetails(id, hash);
  }
}
