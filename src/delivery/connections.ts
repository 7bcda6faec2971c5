import { type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { isIP, type LookupFunction, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Destinations } from '../domain/destinations.ts';
import { ConnectTimeoutError, RefusedDestinationError } from './failures.ts';
import { IdleConnections } from './idle-connections.ts';
import { NameLookups, type Resolve } from './name-lookups.ts';
import { ProxyAgent } from './proxy-agent.ts';

export interface ConnectionsOptions {
  readonly destinations: Destinations;
  readonly resolve: Resolve;
  /** From looking the name up to the end of the TLS handshake, in ms. */
  readonly connectTimeoutMs: number;
  /** Most idle connections, of all receivers together. */
  readonly kept: number;
  /** URL of the proxy everything goes through, if any. */
  readonly proxy: string | undefined;
}

/** What makes the connections of requests, by the scheme of their URL. */
export interface Agents {
  readonly http: HttpAgent;
  readonly https: HttpsAgent;
}

/**
 * An idle connection is closed after this, in ms: long before firewalls on the way forget it, which would
 * cost the next message its attempt.
 */
const IDLE_TIMEOUT_MS = 15_000;

/** Makes agents that connect to nothing but what is permitted, in time, and keep a bounded number of connections. */
export function createAgents(options: ConnectionsOptions): Agents {
  const { destinations, resolve, kept, proxy } = options;
  const names = new NameLookups(resolve);
  const idle = new IdleConnections(kept);
  const pool = { keepAlive: true, maxFreeSockets: kept, timeout: IDLE_TIMEOUT_MS };
  // An environment that turns verification off for all of Node does not for webhooks.
  const tls = { rejectUnauthorized: true };
  if (proxy !== undefined) {
    const agent = new ProxyAgent(proxy, { ...pool, ...tls }, { ...options, names });
    boundIdle(agent, idle);
    // It serves both schemes, which its type does not say.
    return { http: agent, https: agent as HttpAgent as HttpsAgent };
  }
  const lookup = permittedLookup(destinations, names);
  const http = new HttpAgent({ ...pool, lookup });
  const https = new HttpsAgent({ ...pool, ...tls, lookup });
  guard(http, 'connect', options);
  guard(https, 'secureConnect', options);
  for (const agent of [http, https]) boundIdle(agent, idle);
  return { http, https };
}

/** Resolves a name to those of its addresses that are permitted: nothing else is ever connected to. */
function permittedLookup(destinations: Destinations, names: NameLookups): LookupFunction {
  const choose = async (hostname: string) => {
    const addresses = await names.resolve(hostname);
    if (addresses.length === 0) throw new Error(`${hostname} has no address`);
    const refusals = addresses.map(({ address }) => destinations.refusalOf(address, hostname));
    const permitted = addresses.filter((_, index) => refusals[index] === undefined);
    if (permitted.length === 0) throw new RefusedDestinationError(`${hostname}: ${refusals[0]}`);
    return permitted;
  };
  return (hostname, { all }, callback) => {
    choose(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (all || first === undefined) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };
}

/**
 * Has an agent refuse addresses that stand in URLs, for which nothing is looked up, and give up connections
 * that take too long.
 * @param ready the event of a socket that can be used
 */
function guard(
  agent: HttpAgent,
  ready: 'connect' | 'secureConnect',
  { destinations, connectTimeoutMs }: ConnectionsOptions,
): void {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options: ClientRequestArgs, callback) => {
    const host = options.host ?? '';
    const refusal = isIP(host) === 0 ? undefined : destinations.refusalOf(host, host);
    if (refusal !== undefined) return stillborn(new RefusedDestinationError(refusal));
    const socket = connect(options, callback);
    const timer = setTimeout(() => {
      socket?.destroy(new ConnectTimeoutError(connectTimeoutMs));
    }, connectTimeoutMs);
    const settled = () => clearTimeout(timer);
    socket?.once(ready, settled).once('close', settled);
    return socket;
  };
}

/** A connection that never comes to be. The agent listens for its error once it has it. */
function stillborn(error: Error): Socket {
  const socket = new Socket();
  queueMicrotask(() => socket.destroy(error));
  return socket;
}

function boundIdle(agent: HttpAgent, idle: IdleConnections): void {
  const keep = agent.keepSocketAlive.bind(agent) as (socket: Duplex) => unknown;
  const reuse = agent.reuseSocket.bind(agent);
  agent.keepSocketAlive = (socket) => {
    const keeps = keep(socket);
    if (keeps) idle.add(socket);
    return keeps;
  };
  agent.reuseSocket = (socket, request) => {
    idle.delete(socket);
    reuse(socket, request);
  };
}
