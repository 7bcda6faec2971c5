import { MessageError } from '../../src/domain/errors.ts';
import type { ListedMessage } from '../../src/domain/message.ts';
import { formatInstant } from '../../src/domain/schedule-time.ts';
import { maskUrl } from '../../src/runtime/secrets.ts';
import type { Delivery } from '../../src/store/deliveries.ts';
import type { MessageDetails } from '../../src/store/details.ts';
import type { Inspection } from '../../src/store/inspection.ts';
import { localTime, oneLine, relative, span, table } from './format.ts';

/** What is found, for programs and for people. */
export interface View {
  readonly json: unknown;
  readonly lines: readonly string[];
}

/** What is due next, that which is being delivered where its lease ends. */
export async function viewDue({ listing, queries }: Inspection, limit: number): Promise<View> {
  const { messages, total } = await listing.page({ index: 'due', limit, filter: {} });
  const now = await queries.now();
  const columns = ['due', '', 'status', 'id', 'sends'].map((heading) => ({ heading }));
  const rows = messages.map((message) => [
    localTime(message.dueAt),
    relative(message.dueAt, now),
    message.status,
    oneLine(message.id),
    destination(message),
  ]);
  return {
    json: { count: total, messages: messages.map(toJson) },
    lines: [...table(columns, rows), '', `${messages.length} of ${total} pending`],
  };
}

/** Dead letters, the oldest first. */
export async function viewFailed(inspection: Inspection, limit: number): Promise<View> {
  const { listing, queries } = inspection;
  const { messages, total } = await listing.page({ index: 'failed', limit, filter: {} });
  const now = await queries.now();
  const found = await Promise.all(messages.map((message) => withDetails(inspection, message)));
  const columns = ['last try', '', 'id', 'sends', 'why'].map((heading) => ({ heading }));
  const rows = found.map(({ message, at, lastError }) => [
    localTime(at),
    relative(at, now),
    oneLine(message.id),
    destination(message),
    oneLine(lastError),
  ]);
  return {
    json: {
      count: total,
      messages: found.map(({ message, at, lastError }) => {
        return { ...toJson(message), lastAttemptAt: formatInstant(at), lastError };
      }),
    },
    lines: [...table(columns, rows), '', `${messages.length} of ${total} failed`],
  };
}

/** Why a message failed, and when it was tried last; one that has gone meanwhile does not say. */
async function withDetails({ queries }: Inspection, message: ListedMessage) {
  const details: Partial<MessageDetails> = await queries.message(message.id).catch((error) => {
    if (error instanceof MessageError) return {};
    throw error;
  });
  const at = details.attempts?.at(-1)?.at ?? message.dueAt;
  return { message, at, lastError: details.lastError ?? '' };
}

/** The last attempts, newest first. */
export async function viewDeliveries(
  { deliveries, queries }: Inspection,
  limit: number,
): Promise<View> {
  const page = await deliveries.page({ limit });
  const now = await queries.now();
  const columns = [
    ...['ended', '', 'id'].map((heading) => ({ heading })),
    { heading: 'attempt', align: 'right' } as const,
    { heading: 'outcome' },
    ...(['late', 'took'] as const).map((heading) => ({ heading, align: 'right' }) as const),
    { heading: 'why' },
  ];
  const rows = page.deliveries.map((delivery) => [
    localTime(delivery.at),
    relative(delivery.at, now),
    oneLine(delivery.id),
    String(delivery.attempt),
    outcome(delivery),
    span(delivery.lateness),
    span(delivery.duration),
    oneLine(delivery.error ?? ''),
  ]);
  const json = page.deliveries.map(({ streamId: _stream, partition: _partition, at, ...rest }) => {
    return { ...rest, at: formatInstant(at) };
  });
  return { json: { deliveries: json }, lines: table(columns, rows) };
}

/** What an attempt came to, with the status code where there is one. */
export function outcome({
  outcome,
  statusCode,
}: Partial<Pick<Delivery, 'outcome' | 'statusCode'>>) {
  return statusCode ? `${outcome} ${statusCode}` : (outcome ?? '');
}

function destination({ method, webhookUrl }: ListedMessage): string {
  return oneLine(`${method} ${maskUrl(webhookUrl)}`);
}

function toJson({ id, status, dueAt, method, webhookUrl }: ListedMessage) {
  return { id, status, dueAt: formatInstant(dueAt), method, webhookUrl: maskUrl(webhookUrl) };
}
