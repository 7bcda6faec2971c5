import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits until a condition that gives no signal of its own holds, looking every few ms.
 * @returns what the look returned, once it is neither false nor undefined
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | false | undefined> | T | false | undefined,
  deadlineMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const found = await look();
    if (found !== false && found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await delay(5);
  }
}
