import process from 'node:process';

/**
 * Makes this process answer its parent, one message for each call; `stage/child.ts` is the other side.
 * It ends with its parent, however that ended.
 * @param {Record<string, (params: any) => unknown>} methods what can be called, by name
 * @param {unknown} [ready] sent at once: says that calls are heard, and whatever the parent must know
 */
export function serve(methods, ready = {}) {
  process.on('disconnect', () => process.exit());
  process.on('message', (/** @type {{ id: number, method: string, params: unknown }} */ call) => {
    void answer(methods, call);
  });
  process.send?.({ ready });
}

/**
 * @param {Record<string, (params: any) => unknown>} methods
 * @param {{ id: number, method: string, params: unknown }} call
 */
async function answer(methods, { id, method, params }) {
  try {
    process.send?.({ id, result: await methods[method]?.(params) });
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : error });
  }
}
