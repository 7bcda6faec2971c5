import type { ListedMessage, MessageStatus } from './message.ts';

/** A destination as a filter names it. */
export interface Destination {
  /** As URLs spell it: lower case, an IPv6 address in brackets. */
  readonly hostname: string;
  /** Any when absent. */
  readonly port?: string;
}

/** What messages of a list must be; what is absent may be anything. */
export interface MessageFilter {
  readonly status?: MessageStatus;
  readonly tag?: string;
  readonly host?: Destination;
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** A name or IPv4 address, or an IPv6 address in brackets; then a port, if any. */
export const DESTINATION = /^([^:/?#@[\]\\%\s]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i;

/** Reads `host` or `host:port`, in any case; `undefined` when the text is none. */
export function parseDestination(text: string): Destination | undefined {
  const [matched, name, port] = DESTINATION.exec(text) ?? [];
  const url = `http://${name}/`;
  if (matched === undefined || !URL.canParse(url) || Number(port ?? 0) > 65_535) return undefined;
  const { hostname } = new URL(url);
  return port === undefined ? { hostname } : { hostname, port: String(Number(port)) };
}

/** Whether a message is as the filter asks. */
export function matchesFilter(
  { status, tag, host }: MessageFilter,
  message: ListedMessage,
): boolean {
  if (status !== undefined && message.status !== status) return false;
  if (tag !== undefined && !message.tags.includes(tag)) return false;
  return host === undefined || goesTo(host, message.webhookUrl);
}

function goesTo({ hostname, port }: Destination, webhookUrl: string): boolean {
  if (!URL.canParse(webhookUrl)) return false;
  const url = new URL(webhookUrl);
  if (url.hostname !== hostname) return false;
  return port === undefined || port === (url.port || DEFAULT_PORTS[url.protocol]);
}
