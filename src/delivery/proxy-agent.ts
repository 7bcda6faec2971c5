import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { HttpsProxyAgent, type HttpsProxyAgentOptions } from 'https-proxy-agent';
import type { Destinations } from '../domain/destinations.ts';
import { messageOf } from '../domain/errors.ts';
import { ConnectTimeoutError, RefusedDestinationError } from './failures.ts';
import type { NameLookups } from './name-lookups.ts';

interface ProxyAgentLimits {
  readonly destinations: Destinations;
  readonly names: NameLookups;
  /** From connecting to the proxy until it has connected to the receiver, in ms. */
  readonly connectTimeoutMs: number;
}
type ConnectOptions = Parameters<HttpsProxyAgent<'https://'>['connect']>[1];

/**
 * Sends everything through a proxy, by CONNECT. The proxy looks names up for itself: what is refused here
 * is what can be known here.
 */
export class ProxyAgent extends HttpsProxyAgent<'https://'> {
  private readonly limits: ProxyAgentLimits;

  constructor(
    proxy: string,
    options: HttpsProxyAgentOptions<'https://'>,
    limits: ProxyAgentLimits,
  ) {
    super(new URL(proxy), options);
    // The library keeps them for the connection to the proxy alone.
    const { timeout, rejectUnauthorized } = options;
    Object.assign(this.options, { timeout, rejectUnauthorized });
    this.limits = limits;
  }

  override async connect(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
    try {
      await this.refuse(options.host ?? '');
      return await this.connectInTime(request, options);
    } catch (error) {
      this.forget(options);
      throw error;
    }
  }

  private async refuse(host: string): Promise<void> {
    const { destinations, names } = this.limits;
    const known = destinations.refusalOfHost(host);
    if (known !== undefined) throw new RefusedDestinationError(known);
    // A name that only the proxy knows is for the proxy to judge.
    const addresses = await names.resolve(host).catch(() => []);
    for (const { address } of addresses) {
      const refusal = destinations.refusalOf(address, host);
      if (refusal !== undefined) throw new RefusedDestinationError(`${host}: ${refusal}`);
    }
  }

  private async connectInTime(request: ClientRequest, options: ConnectOptions): Promise<Socket> {
    const { connectTimeoutMs } = this.limits;
    const late = new AbortController();
    const timer = setTimeout(() => late.abort(), connectTimeoutMs);
    let statusCode = 200;
    request.once('proxyConnect', (answer: { statusCode: number }) => {
      statusCode = answer.statusCode;
    });
    // Read at once by the call that follows.
    this.connectOpts = { ...this.connectOpts, signal: late.signal };
    try {
      const socket = await super.connect(request, options);
      // The library would pass the proxy's refusal off as the receiver's answer.
      if (statusCode === 200) return socket;
      socket.destroy();
    } catch (error) {
      if (late.signal.aborted) throw new ConnectTimeoutError(connectTimeoutMs);
      throw new Error(`proxy: ${messageOf(error)}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
    throw new Error(`the proxy answered ${statusCode} to CONNECT`);
  }

  /** Node keeps an empty list of every receiver that could not be connected to. */
  private forget(options: ConnectOptions): void {
    const sockets = this.sockets as NodeJS.Dict<Socket[]>;
    const name = this.getName(options);
    if (sockets[name]?.length === 0) delete sockets[name];
  }
}
