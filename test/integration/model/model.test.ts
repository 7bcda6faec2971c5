import fc from 'fast-check';
import { useRedis } from '../../support/redis.ts';
import { openStore } from '../../support/store.ts';
import { commands } from './commands.ts';
import { Model } from './model.ts';

/** Set MODEL_SEED to a seed that a failure printed to run the same commands again. */
const seed = Number(process.env.MODEL_SEED ?? Date.now() % 2 ** 31);

describe('Redis and the pure model agree after every command', () => {
  const redis = useRedis();

  for (const partitions of [1, 5]) {
    it(`in ${partitions} partition(s), seed ${seed}`, async function () {
      this.timeout(120_000);
      const { client, port } = redis.current;
      const run = fc.asyncProperty(
        fc.commands(commands, { maxCommands: 40, size: 'max' }),
        async (sequence) => {
          await client.flushall();
          const store = await openStore(port, { partitions });
          try {
            const real = { store, client, claims: [], tokens: 0 };
            await fc.asyncModelRun(() => ({ model: new Model(), real }), sequence);
          } finally {
            await store.stop();
          }
        },
      );
      await fc.assert(run, { seed, numRuns: 100 });
    });
  }
});
