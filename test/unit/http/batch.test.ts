import { expect } from 'chai';
import { batchHandler } from '../../../src/http/handlers/batch.ts';
import { localeOf } from '../../../src/http/locale/locale.ts';
import { createBodyChecks } from '../../../src/http/validation.ts';
import { messageBody } from '../../support/api.ts';
import { recordingLog } from '../support/log.ts';

type Options = Parameters<typeof batchHandler>[0];
type Ctx = Parameters<ReturnType<typeof batchHandler>>[0];

/**
 * Posts a batch of three messages; between two of them other work of the process may get its turn.
 * @param readMs how long it takes to read each of them
 * @returns what was done, in order
 */
async function order(readMs: number): Promise<string[]> {
  const done: string[] = [];
  let now = 0;
  const options: Partial<Options> = {
    store: {
      schedule: ({ id }) => {
        done.push(id);
        now += readMs;
        return Promise.resolve('scheduled');
      },
    },
    queries: { now: () => Promise.resolve(0) },
    checks: createBodyChecks(1000),
    charge: (_, count) => done.push(`charged ${count} more`),
    chooseDurability: () => Promise.resolve('memory'),
    messageLimitBytes: 1000,
    clock: { now: () => now },
    ...{ locale: localeOf('en'), log: recordingLog().log },
  };
  const body = { messages: ['a', 'b', 'c'].map((id) => messageBody(id)) };
  const request = { rawBody: JSON.stringify(body), body };
  const ctx = { querystring: '', headers: {}, req: { headers: {} }, state: {}, request };
  setImmediate(() => done.push('other work'));
  await batchHandler(options as Options)(ctx as unknown as Ctx);
  return done;
}

describe('http: a batch', () => {
  it('counts as its messages', async () => {
    expect((await order(0))[0]).to.equal('charged 2 more');
  });

  it('is read at a stretch while that is quick', async () => {
    expect((await order(0)).slice(1)).to.deep.equal(['a', 'b', 'c']);
  });

  it('lets other work of the process have its turn when a message takes long', async () => {
    expect((await order(50)).slice(1, 3)).to.deep.equal(['a', 'other work']);
  });
});
