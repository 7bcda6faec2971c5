/**
 * What happened in a scenario, as seen from outside the service. Every time is epoch ms by the clock of
 * this machine, which is also Redis' clock unless a `ClockShift` says otherwise.
 */

/** A request to schedule a message. */
export interface Create {
  readonly id: string;
  /** The earliest instant at which it may be sent, by Redis' clock. */
  readonly dueAt: number;
  readonly sentAt: number;
  readonly answeredAt: number;
  /** `unknown`: no answer, or one that says that the message may be there. */
  readonly outcome: 'acknowledged' | 'refused' | 'unknown';
}

/** A request to cancel a message. */
export interface Cancel {
  readonly id: string;
  readonly sentAt: number;
  readonly answeredAt: number;
  /** `in-flight`: a request was under way and could not be recalled; no further one may follow. */
  readonly outcome: 'cancelled' | 'in-flight' | 'not-found' | 'unknown';
}

/** A webhook as the receiver saw it. */
export interface Arrival {
  /** Of its `webhook-id` header. */
  readonly id: string;
  /** The id that the payload names: what was scheduled. */
  readonly payloadId: string;
  readonly attempt: number;
  readonly at: number;
  /** What the receiver answered; 0 when it did not. */
  readonly status: number;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a fault excuses; without one, nothing is. */
export interface Excuse {
  readonly fault: string;
  /** Messages that arrived in this span may arrive again, at most so many. */
  readonly repeats?: Span & { readonly atMost: number };
  /** What was acknowledged in this span may be undone. */
  readonly loss?: Span;
  /** Cancels that were confirmed in this span may be undone. */
  readonly cancels?: Span;
}

/** From then on Redis' clock is that much ahead of this machine's. */
export interface ClockShift {
  readonly at: number;
  readonly offsetMs: number;
}

export interface History {
  readonly creates: readonly Create[];
  readonly cancels: readonly Cancel[];
  readonly arrivals: readonly Arrival[];
  readonly excuses: readonly Excuse[];
  readonly clockShifts: readonly ClockShift[];
}

/** What Redis holds at the end, when every message has been settled and every process has stopped. */
export interface FinalState {
  /** Id → status, of every message hash. */
  readonly messages: ReadonlyMap<string, string>;
  readonly due: readonly string[];
  readonly delivering: readonly string[];
  readonly failed: readonly string[];
  readonly shadows: readonly string[];
  /** Keys that are none of the service's. */
  readonly strangers: readonly string[];
}

export const EMPTY_STATE: FinalState = {
  messages: new Map(),
  due: [],
  delivering: [],
  failed: [],
  shadows: [],
  strangers: [],
};

/** Whether an instant lies in a span. */
export function within(at: number, span: Span | undefined): boolean {
  return span !== undefined && at >= span.from && at <= span.to;
}

/** A history that is being written. */
export class HistoryLog implements History {
  readonly creates: Create[] = [];
  readonly cancels: Cancel[] = [];
  readonly arrivals: Arrival[] = [];
  readonly excuses: Excuse[] = [];
  readonly clockShifts: ClockShift[] = [];
}
