import { ADDRCONFIG, type LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';

/** Finds the addresses of a host; rejects when there are none. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/** As the system finds them, its hosts file and search domains included: receivers may be neighbours. */
export const systemResolve: Resolve = (hostname) =>
  lookup(hostname, { all: true, hints: ADDRCONFIG });

/**
 * Looks names up so that dead ones do not hold up the others: the system can look only a few up at once
 * (half of UV_THREADPOOL_SIZE), and to find that nobody answers for one takes it many seconds. However many
 * messages wait for a name it is looked up once, and a failure is remembered for as long as it took: a dead
 * name keeps a place for half of the time at most, and what failed quickly is tried again at once.
 */
export class NameLookups {
  private readonly resolveName: Resolve;
  private readonly known = new Map<string, ReturnType<Resolve>>();

  constructor(resolve: Resolve) {
    this.resolveName = resolve;
  }

  resolve(hostname: string): ReturnType<Resolve> {
    const known = this.known.get(hostname);
    if (known !== undefined) return known;
    const startedAt = performance.now();
    const addresses = this.resolveName(hostname);
    const forget = () => void this.known.delete(hostname);
    this.known.set(hostname, addresses);
    addresses.then(forget, () => setTimeout(forget, performance.now() - startedAt).unref());
    return addresses;
  }
}
