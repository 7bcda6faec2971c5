import type { Server, ServerOptions } from 'node:http';

/** The head of a request is small: it takes no longer than this, in ms. */
const HEAD_TIMEOUT_MS = 10_000;

/** How often to look for those whose time is over, in ms. */
const CHECK_INTERVAL_MS = 500;

/**
 * An idle connection is kept for this long, in ms: longer than proxies keep theirs, most of them 60 s. Who
 * closes first must be the one that sends, or a request could meet a connection that is just closing.
 */
const IDLE_TIMEOUT_MS = 65_000;

/**
 * What a caller may take its time for: a request must be in whole within `requestTimeoutMs`, its head sooner.
 * A connection on which nothing was ever sent counts as a head that does not come.
 */
export function timeLimits(requestTimeoutMs: number): ServerOptions {
  return {
    requestTimeout: requestTimeoutMs,
    headersTimeout: Math.min(requestTimeoutMs, HEAD_TIMEOUT_MS),
    connectionsCheckingInterval: Math.min(requestTimeoutMs / 10, CHECK_INTERVAL_MS),
    keepAliveTimeout: IDLE_TIMEOUT_MS,
  };
}

/** Gives up connections on which nothing moves, though an answer is due: nobody reads it. */
export function limitSilence(server: Server, requestTimeoutMs: number): void {
  // We may be busy with the request for part of it.
  server.setTimeout(2 * requestTimeoutMs);
}
