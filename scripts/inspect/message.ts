import { messageText } from '../../src/http/handlers/message.ts';
import { localeOf } from '../../src/http/locale/locale.ts';
import type { MessageDetails, PastAttempt } from '../../src/store/details.ts';
import type { Inspection } from '../../src/store/inspection.ts';
import { localTime, oneLine, relative, span, table } from './format.ts';
import { outcome, type View } from './lists.ts';

/** Members of the answer to `GET /messages/{id}` that are shown in words of their own. */
const TOLD = ['id', 'status', 'nextRun', 'scheduleTo', 'method', 'webhookUrl', 'attempts'];

/** Everything about one message, secrets masked as in `GET /messages/{id}`. */
export async function viewMessage({ queries }: Inspection, id: string): Promise<View> {
  const message = await queries.message(id);
  const now = await queries.now();
  const text = messageText(message, localeOf('en'));
  const json = JSON.parse(text) as Record<string, unknown>;
  const { dueAt, scheduleTo, attempts = [] } = message;
  const rows: [string, string][] = [
    ['status', String(json.status)],
    ['due', message.status === 'failed' ? 'no more' : instant(dueAt, now)],
    ['asked for', scheduleTo ?? ''],
    ['sends', `${json.method} ${json.webhookUrl ?? ''}`],
    ...Object.entries(json)
      .filter(([name]) => !TOLD.includes(name))
      .map(([name, value]): [string, string] => [name, shown(name, value, message, now)]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const facts = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`.trimEnd());
  return { json, lines: [oneLine(id, 300), ...facts, ...history(attempts, now)] };
}

/** One member as it is stored: texts of JSON may hold numbers that JavaScript does not. */
function shown(name: string, value: unknown, message: MessageDetails, now: number): string {
  if (name === 'createdAt') return instant(message.createdAt, now);
  if (name === 'notAfter') return instant(message.notAfter, now);
  if (name === 'payload' || name === 'metadata') return oneLine(message[name] ?? '', 1000);
  return oneLine(typeof value === 'string' ? value : JSON.stringify(value), 1000);
}

function instant(at: number | undefined, now: number): string {
  return at === undefined ? 'unknown' : `${localTime(at)} (${relative(at, now)})`;
}

function history(attempts: readonly PastAttempt[], now: number): string[] {
  if (attempts.length === 0) return [];
  const columns = [
    { heading: 'attempt', align: 'right' },
    ...['ended', '', 'outcome'].map((heading) => ({ heading })),
    ...['late', 'took'].map((heading) => ({ heading, align: 'right' }) as const),
    { heading: 'why' },
  ] as const;
  const rows = attempts.map((attempt) => [
    String(attempt.attempt ?? ''),
    attempt.at === undefined ? '' : localTime(attempt.at),
    attempt.at === undefined ? '' : relative(attempt.at, now),
    outcome(attempt),
    attempt.lateness === undefined ? '' : span(attempt.lateness),
    attempt.duration === undefined ? '' : span(attempt.duration),
    oneLine(attempt.error ?? ''),
  ]);
  return ['', ...table(columns, rows)];
}
