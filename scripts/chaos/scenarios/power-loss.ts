import { readdirSync, statSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Scenario } from '../scenario.ts';
import { repeat } from '../stage/repeat.ts';
import type { Stage } from '../stage/stage.ts';

/** What `appendfsync everysec` may lose, in ms. */
const WINDOW_MS = 1000;

const SAMPLE_EVERY_MS = 20;

const TIMEOUT_MS = 2000;

/** For so long Redis is away: what it had acknowledged has reached its client by then, in ms. */
const DARK_MS = 300;

/** How long the append-only file was at an instant: what was acknowledged before it is in there. */
interface Sample {
  readonly at: number;
  readonly bytes: number;
}

/** The file that Redis appends to: of several, the one written last. */
function appendOnlyFile(dir: string): string {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.aof'))
    .map((file) => path.join(dir, file));
  const [latest] = files.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  if (latest === undefined) throw new Error(`no append-only file below ${dir}`);
  return latest;
}

/**
 * Looks how long the file is, at a moment at which nothing waits to be written: a disk that is slow
 * to flush has Redis acknowledge first and write later.
 */
async function sample(client: Redis, file: string): Promise<Sample | undefined> {
  const at = Date.now();
  const info = await client.info('persistence');
  return /^aof_buffer_length:0\r$/m.test(info) ? { at, bytes: statSync(file).size } : undefined;
}

function excuse(stage: Stage, kept: Sample, lostBytes: number): void {
  const now = Date.now();
  const loss = { from: kept.at, to: now };
  // Undone with the rest: claims, and that messages were delivered.
  const repeats = { from: kept.at - TIMEOUT_MS, to: now + TIMEOUT_MS, atMost: Infinity };
  stage.history.excuses.push({ fault: 'power loss', loss, repeats });
  stage.notes.push(`${lostBytes} bytes of the last ${now - kept.at} ms were gone`);
}

export const powerLoss: Scenario = {
  name: 'power-loss',
  fault:
    'power loss under load: Redis killed, its last second gone from the disk; appendfsync everysec',
  holds: 'of what was acknowledged, at most the last second is lost, or delivered again',
  async run(stage) {
    const redis = await stage.standalone({
      args: ['--appendonly', 'yes', '--appendfsync', 'everysec'],
    });
    await stage.serve(stage.sized(1, 2), {
      WEBHOOK_TIMEOUT_MS: String(TIMEOUT_MS),
      WEBHOOK_LEASE_MS: String(TIMEOUT_MS + 500),
    });
    const file = appendOnlyFile(redis.dir);
    const samples: Sample[] = [];
    const sampling = repeat(SAMPLE_EVERY_MS, async () => {
      const found = await sample(redis.client, file);
      if (found !== undefined) samples.push(found);
    });
    const load = stage.load();
    for (let losses = 0; losses < stage.sized(1, 4); losses += 1) {
      await delay(stage.random.between(1500, 2000));
      const oldest = Date.now() - WINDOW_MS;
      await redis.crash();
      const kept = samples.find(({ at }) => at >= oldest) ?? samples.at(-1);
      if (kept === undefined) throw new Error('nothing was ever written');
      const lostBytes = statSync(file).size - kept.bytes;
      truncateSync(file, kept.bytes);
      await delay(DARK_MS);
      excuse(stage, kept, lostBytes);
      stage.struck += lostBytes > 0 ? 1 : 0;
      await redis.up();
    }
    await load;
    await sampling.stop();
  },
};
