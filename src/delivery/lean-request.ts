import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { NativeRequestOptions } from 'got';

/**
 * Makes got's requests, with no more options than a webhook has. got hands over some forty, nearly all of
 * them unset, which Node then copies several times: a seventh of the processor time of a delivery. How to
 * connect, TLS included, is the agent's to know.
 */
export function leanRequest(
  { protocol, hostname, port, pathname, search }: URL,
  { agent, method, headers }: NativeRequestOptions,
): ClientRequest {
  const make = protocol === 'https:' ? httpsRequest : httpRequest;
  return make({
    hostname: withoutBrackets(hostname),
    ...(port === '' ? {} : { port }),
    path: pathname + search,
    ...(method === undefined ? {} : { method }),
    ...(headers === undefined ? {} : { headers }),
    ...(agent ? { agent } : {}),
  });
}

/** A URL puts an IPv6 address in brackets; sockets know it without. */
function withoutBrackets(hostname: string): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}
