import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { type BeforeRequestHook, type Got, got, type RequestFunction } from 'got';
import type { Agents } from './connections.ts';

/**
 * got, for one request per attempt: never redirected, never repeated by itself, no answer decoded. How to
 * connect, TLS included, the agents know.
 */
export function leanGot(agents: Agents): Got {
  return got.extend({
    request: leanRequest(agents),
    hooks: { beforeRequest: [leanOptions] },
    retry: { limit: 0 },
    followRedirect: false,
    throwHttpErrors: false,
    decompress: false,
  });
}

/**
 * For each request got writes down some forty options of Node, nearly all of them unset, and Node copies
 * them several times: a third of the processor time of a delivery. A webhook has two.
 */
const leanOptions: BeforeRequestHook = (options) => {
  const { method, headers } = options;
  Object.defineProperty(options, 'createNativeRequestOptions', {
    value: () => ({ method, headers }),
  });
};

/** Makes got's requests, with no more options than they need. */
function leanRequest(agents: Agents): RequestFunction {
  return ({ protocol, hostname, port, pathname, search }, options): ClientRequest => {
    const [request, agent] =
      protocol === 'https:' ? [httpsRequest, agents.https] : [httpRequest, agents.http];
    return request({
      ...options,
      agent,
      hostname: withoutBrackets(hostname),
      ...(port === '' ? {} : { port }),
      path: pathname + search,
    });
  };
}

/** A URL puts an IPv6 address in brackets; sockets know it without. */
function withoutBrackets(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
