import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureFaketime, findFaketime } from '../faketime.ts';
import type { Scenario } from '../scenario.ts';
import { scheduleBurst } from '../stage/load.ts';
import type { Stage } from '../stage/stage.ts';

const JUMP_S = 600;

/** libfaketime looks at its file this often, in seconds. */
const CACHE_S = 1;

/** Sets Redis' clock, and waits until it has noticed. */
async function jump(stage: Stage, file: string, offsetS: number): Promise<void> {
  stage.history.clockShifts.push({ at: Date.now(), offsetMs: offsetS * 1000 });
  writeFileSync(file, `+${offsetS}`);
  stage.struck += 1;
  await delay(2000 * CACHE_S);
}

export const redisClockJump: Scenario = {
  name: 'redis-clock-jump',
  fault: 'the clock of Redis jumps 10 minutes ahead, and back, under load',
  holds: 'none twice; early and late are told by the clock of Redis',
  hindrance: (form) =>
    form === 'short'
      ? Promise.resolve('only in the long form: it needs libfaketime')
      : ensureFaketime(),
  async run(stage) {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'agendamento-clock-')), 'offset');
    writeFileSync(file, '+0');
    await stage.standalone({
      env: {
        // libfaketime and jemalloc call each other before either is ready: libc's malloc stands in.
        LD_PRELOAD: `${findFaketime()} libc.so.6`,
        FAKETIME_TIMESTAMP_FILE: file,
        FAKETIME_CACHE_DURATION: String(CACHE_S),
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    });
    await stage.serve(2);
    // A retry set while the clock is ahead would wait for 10 minutes once it is back.
    stage.receiver.decideWith(() => ({ status: 204, afterMs: 10 }));
    const load = stage.load();
    await scheduleBurst(stage.api, 500, Date.now() + (JUMP_S / 2) * 1000, 'far-');
    await jump(stage, file, JUMP_S);
    await stage.drained();
    await jump(stage, file, 0);
    await load;
  },
};
