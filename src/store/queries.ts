import { MessageError } from '../domain/errors.ts';
import { askAnyMasters, askMasters } from './connections/ask-masters.ts';
import type { Connections } from './connections/connections.ts';
import { decodeDetails, type MessageDetails } from './details.ts';
import { answered, errorCode } from './errors.ts';
import type { Keys } from './keys.ts';
import type { Sealing } from './sealing.ts';

/** What the API asks of Redis in single commands, without changing anything. */
export class Queries {
  private readonly connections: Connections;
  private readonly keys: Keys;
  private readonly sealing: Sealing;

  constructor(connections: Connections, keys: Keys, sealing: Sealing) {
    this.connections = connections;
    this.keys = keys;
    this.sealing = sealing;
  }

  /** Resolves when Redis answers: every master of it. */
  async ping(): Promise<void> {
    await askMasters(this.connections, (server) => server.ping());
  }

  /** Redis time, epoch ms; of several masters, whose clocks differ a little, the latest of those that answer. */
  async now(): Promise<number> {
    const times = await askAnyMasters(this.connections, (server) => server.time());
    const inMs = times.map(
      ([seconds, micros]) => Number(seconds) * 1000 + Math.floor(Number(micros) / 1000),
    );
    return Math.max(...inMs);
  }

  /**
   * Everything that is stored of a message.
   * @throws MessageError `message-not-found` when no such message is stored; a key of another type is none
   */
  async message(id: string): Promise<MessageDetails> {
    const { commands } = this.connections;
    const hash = await answered(commands.hgetall(this.keys.message(id))).catch(
      (error: Error): Record<string, string> => {
        if (errorCode(error) === 'WRONGTYPE') return {};
        throw error;
      },
    );
    if (Object.keys(hash).length === 0) throw new MessageError('message-not-found', id);
    return decodeDetails(id, hash, this.sealing);
  }
}
