import { callApi } from '../../harness/service.ts';
import type { Cancel, Create, HistoryLog } from '../history.ts';

/** A message to be scheduled. */
export interface Wanted {
  readonly id: string;
  readonly dueAt: number;
  /** It may come that early, because it will be rescheduled; `dueAt` unless given. */
  readonly notBefore?: number;
  /** Further fields of the request. */
  readonly more?: object;
}

/** A request that is not answered by then, in ms, is given up: it hangs. */
const GIVE_UP_MS = 30_000;

/** What the API said; `refused` when no service took the connection, so that nothing was asked. */
interface Answer {
  readonly status: number | 'none' | 'refused';
  readonly body: string;
}

/** Calls the API of whichever service takes the request, and writes down what came of it. */
export class ApiClient {
  private readonly history: HistoryLog;
  private readonly urls: () => readonly string[];
  private readonly webhookUrl: string;
  private turn = 0;

  /** @param urls of the services that may be asked now */
  constructor(history: HistoryLog, urls: () => readonly string[], webhookUrl: string) {
    this.history = history;
    this.urls = urls;
    this.webhookUrl = webhookUrl;
  }

  async create(wanted: Wanted): Promise<Create['outcome']> {
    const sentAt = Date.now();
    const { status, body } = await this.call('POST', '/messages', this.body(wanted));
    const outcome = createOutcome(status, body);
    this.note(wanted, sentAt, outcome);
    return outcome;
  }

  /** Schedules up to 1,000 messages with one request. */
  async createBatch(batch: readonly Wanted[]): Promise<void> {
    const sentAt = Date.now();
    const messages = batch.map((wanted) => this.body(wanted));
    const { status, body } = await this.call('POST', '/messages/batch', { messages });
    const results = status === 207 ? (JSON.parse(body) as { results: BatchResult[] }).results : [];
    batch.forEach((wanted, i) => {
      const result = results[i];
      const outcome = createOutcome(result?.status ?? status, result?.code ?? body);
      this.note(wanted, sentAt, outcome);
    });
  }

  async cancel(id: string): Promise<void> {
    const sentAt = Date.now();
    const { status } = await this.call('DELETE', `/messages/${encodeURIComponent(id)}`);
    const outcome = CANCEL_OUTCOMES[String(status)] ?? 'unknown';
    this.history.cancels.push({ id, sentAt, answeredAt: Date.now(), outcome });
  }

  /** Any other request. */
  async call(method: string, path: string, body?: object): Promise<Answer> {
    const urls = this.urls();
    for (let tries = 0; tries < urls.length; tries += 1) {
      this.turn += 1;
      const answer = await ask(urls[this.turn % urls.length] ?? '', method, path, body);
      if (answer.status !== 'refused') return answer;
    }
    return { status: 'refused', body: '' };
  }

  private body({ id, dueAt, more }: Wanted): object {
    const scheduleTo = new Date(dueAt).toISOString();
    return { id, scheduleTo, payload: { id }, webhookUrl: this.webhookUrl, ...more };
  }

  private note(
    { id, dueAt, notBefore = dueAt }: Wanted,
    sentAt: number,
    outcome: Create['outcome'],
  ): void {
    this.history.creates.push({ id, dueAt: notBefore, sentAt, answeredAt: Date.now(), outcome });
  }
}

interface BatchResult {
  readonly status: number;
  readonly code?: string;
}

const CANCEL_OUTCOMES: Readonly<Record<string, Cancel['outcome']>> = {
  200: 'cancelled',
  202: 'in-flight',
  404: 'not-found',
  refused: 'not-found',
};

/** A 503 may have been too late to stop the message, unless it is for want of memory. */
function createOutcome(status: Answer['status'], body: string): Create['outcome'] {
  if (status === 201) return 'acknowledged';
  if (status === 'refused' || body.includes('store-full')) return 'refused';
  if (status === 'none' || status === 503) return 'unknown';
  throw new Error(`the API answered ${status} to a message in order: ${body}`);
}

async function ask(url: string, method: string, path: string, body?: object): Promise<Answer> {
  try {
    const signal = AbortSignal.timeout(GIVE_UP_MS);
    const response = await callApi(url, method, path, body, signal);
    return { status: response.status, body: await response.text() };
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const refused = cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
    return { status: refused ? 'refused' : 'none', body: '' };
  }
}
