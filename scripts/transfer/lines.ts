import type { Readable } from 'node:stream';
import { UserError } from '../lib/user-error.mjs';

export interface Line {
  /** 1 for the first. */
  readonly number: number;
  readonly text: string;
}

/** Twice the largest body that can be configured (64 MiB): as JSON in JSON every quote is two characters. */
const MAX_LINE_LENGTH = 128 * 1024 * 1024;

/** Most lines of one batch, and the characters after which it is full. */
const BATCH_LINES = 100;
const BATCH_LENGTH = 1024 * 1024;

/**
 * Splits a stream of UTF-8 text into lines, in batches; the stream waits while a batch is worked on.
 * Lines without text are left out, but counted.
 * @throws UserError when a line is longer than any export has one
 */
export async function* readLines(stream: Readable): AsyncGenerator<readonly Line[]> {
  let batch: Line[] = [];
  let length = 0;
  for await (const line of splitLines(stream)) {
    batch.push(line);
    length += line.text.length;
    if (batch.length < BATCH_LINES && length < BATCH_LENGTH) continue;
    yield batch;
    batch = [];
    length = 0;
  }
  if (batch.length > 0) yield batch;
}

async function* splitLines(stream: Readable): AsyncGenerator<Line> {
  stream.setEncoding('utf8');
  let number = 0;
  let rest = '';
  for await (const chunk of stream as AsyncIterable<string>) {
    const [first = '', ...more] = chunk.split('\n');
    rest += first;
    for (const text of more) {
      number += 1;
      if (rest.trim() !== '') yield { number, text: rest };
      rest = text;
    }
    if (rest.length > MAX_LINE_LENGTH) {
      throw new UserError(`line ${number + 1} is longer than any line of an export`);
    }
  }
  if (rest.trim() !== '') yield { number: number + 1, text: rest };
}
