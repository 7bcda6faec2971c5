import ipaddr from 'ipaddr.js';

/** Where webhooks may go. Comes from configuration. */
export interface DestinationPolicy {
  /**
   * `public`: globally routable addresses only. `private`: those of private networks and of this machine
   * too. `any`: all.
   */
  readonly networks: 'public' | 'private' | 'any';
  /** Addresses and CIDR ranges that are always permitted, unless denied. */
  readonly allowCidrs: readonly string[];
  /** Those that never are. */
  readonly denyCidrs: readonly string[];
  /** Host names that may be at any address not denied; with `*.` in front, all names below one. */
  readonly allowHosts: readonly string[];
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Range = readonly [first: Address, bits: number];

/**
 * Services of clouds that tell whoever asks from inside what machines may do, beyond those at link-local
 * addresses: of Azure, AWS, Google, Oracle and Scaleway.
 */
const METADATA = [
  '168.63.129.16',
  'fd00:ec2::/32',
  'fd20:ce::/32',
  'fd00:c1::/32',
  'fd00:42::/32',
].map(toRange);

/** The only IPv6 addresses that are given out to be reached from everywhere (RFC 3513). */
const GLOBAL_IPV6 = toRange('2000::/3');

/** IPv6 that reaches an IPv4 address, and is as good or bad as that: mapped, and NAT64 (RFC 6052). */
const TRANSLATED = ['::ffff:0:0/96', '64:ff9b::/96'].map(toRange);

/** Other IPv6 with an IPv4 address inside, and the byte at which it begins; nothing in use needs them. */
const DISGUISES = [
  { range: toRange('::/96'), at: 12 },
  { range: toRange('::ffff:0:0:0/96'), at: 12 },
  { range: toRange('2002::/16'), at: 2 },
  { range: toRange('2001::/32'), at: 12, inverted: true },
] as const;

/** Ranges of ipaddr.js in words; the others are just reserved. */
const WORDS: Readonly<Record<string, string>> = {
  linkLocal: 'link-local',
  carrierGradeNat: 'carrier-grade NAT',
  uniqueLocal: 'private',
  private: 'private',
  loopback: 'loopback',
  multicast: 'multicast',
  unspecified: 'unspecified',
  broadcast: 'broadcast',
};

const PRIVATE = new Set(['private', 'uniqueLocal', 'loopback']);

/** `localhost` and every name below it are this machine (RFC 6761). */
const LOCALHOST = /^(?:.+\.)?localhost$/;
const LOOPBACK = ['127.0.0.1', '::1'];

/** Decides where webhooks may go: on addresses, for a name can be at any. What is denied stays denied. */
export class Destinations {
  private readonly networks: DestinationPolicy['networks'];
  private readonly allowed: readonly Range[];
  private readonly denied: readonly Range[];
  private readonly allowedHosts: readonly string[];

  /** @throws Error for a range that is none */
  constructor({ networks, allowCidrs, denyCidrs, allowHosts }: DestinationPolicy) {
    this.networks = networks;
    this.allowed = allowCidrs.map(toRange);
    this.denied = denyCidrs.map(toRange);
    this.allowedHosts = allowHosts.map(plainName);
  }

  /**
   * Why no webhook may go to an address; `undefined` when it may.
   * @param address as a resolver or `net` spells it
   * @param host the name or literal the URL has
   */
  refusalOf(address: string, host: string): string | undefined {
    if (bitsOf(address) === 0) return `${address} is no address`;
    const given = parse(address);
    const faces = [given, ...carriedBy(given)];
    if (isAmong(this.denied, faces)) return `${address} is in WEBHOOK_DENY_CIDRS`;
    const reached = isAmong(TRANSLATED, [given]) ? faces : [given];
    if (isAmong(this.allowed, reached) || this.isAllowedHost(host)) return undefined;
    const refused = this.refusedKind(reached.at(-1) ?? given);
    if (refused === undefined) return undefined;
    return `${address} is ${refused}, which WEBHOOK_NETWORKS=${this.networks} does not permit`;
  }

  /**
   * Why no webhook may go to a host, as far as that is known without asking a resolver: of an IP address
   * and of `localhost`.
   * @param hostname of a parsed URL: odd spellings of addresses have become plain ones
   */
  refusalOfHost(hostname: string): string | undefined {
    const host = plainName(hostname);
    const literal = host.replace(/^\[|\]$/g, '');
    if (bitsOf(literal) > 0) return this.refusalOf(literal, host);
    if (!LOCALHOST.test(host)) return undefined;
    const refusals = LOOPBACK.map((address) => this.refusalOf(address, host));
    return refusals.every((refusal) => refusal !== undefined) ? refusals[0] : undefined;
  }

  private isAllowedHost(host: string): boolean {
    const name = plainName(host);
    return this.allowedHosts.some((allowed) =>
      allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed,
    );
  }

  /** What kind of address this is, when it is one that is refused. */
  private refusedKind(address: Address): string | undefined {
    if (this.networks === 'any') return undefined;
    if (isAmong(METADATA, [address])) return 'cloud metadata';
    const range = address.range();
    if (PRIVATE.has(range)) return this.networks === 'private' ? undefined : WORDS[range];
    const isGlobal = address.kind() === 'ipv4' || isAmong([GLOBAL_IPV6], [address]);
    return range === 'unicast' && isGlobal ? undefined : (WORDS[range] ?? 'reserved');
  }
}

/** Whether a text is an IP address or a CIDR range. */
export function isCidr(text: string): boolean {
  const [address = '', bits = '0', ...rest] = text.split('/');
  const longest = address.includes('%') ? 0 : bitsOf(address);
  return longest > 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= longest;
}

/** How many bits an address has; 0 for what is none. */
function bitsOf(text: string): 0 | 32 | 128 {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return 32;
  return ipaddr.IPv6.isValid(text) ? 128 : 0;
}

/** Reads an address. The library takes `::1.2.3.4` for `::ffff:1.2.3.4`: it gets to see no dots. */
function parse(text: string): Address {
  if (bitsOf(text) === 32) return ipaddr.parse(text);
  const hex = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16);
  return ipaddr.parse(
    text.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)/, (_, a, b, c, d) => `${hex(a, b)}:${hex(c, d)}`),
  );
}

function toRange(cidr: string): Range {
  if (!isCidr(cidr)) throw new Error(`${cidr} is neither an IP address nor a CIDR range`);
  const [address = '', bits] = cidr.split('/');
  return [parse(address), Number(bits ?? bitsOf(address))];
}

function isAmong(ranges: readonly Range[], faces: readonly Address[]): boolean {
  return ranges.some(([first, bits]) =>
    faces.some((face) => face.kind() === first.kind() && matches(face, first, bits)),
  );
}

function matches(face: Address, first: Address, bits: number): boolean {
  return (face as ipaddr.IPv6).match(first as ipaddr.IPv6, bits);
}

/** The IPv4 address inside an IPv6 one, if there is any. */
function carriedBy(address: Address): ipaddr.IPv4[] {
  if (address.kind() === 'ipv4') return [];
  const bytes = address.toByteArray();
  if (isAmong(TRANSLATED, [address])) return [new ipaddr.IPv4(bytes.slice(12))];
  const disguise = DISGUISES.find(({ range }) => isAmong([range], [address]));
  if (disguise === undefined) return [];
  const inside = bytes.slice(disguise.at, disguise.at + 4);
  return [new ipaddr.IPv4('inverted' in disguise ? inside.map((byte) => 255 - byte) : inside)];
}

/** A host name as it is compared: in lower case, without the dot of the root. */
function plainName(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}
