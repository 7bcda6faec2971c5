import {
  type Arrival,
  type Cancel,
  type Create,
  type Excuse,
  type FinalState,
  type History,
  within,
} from './history.ts';
import { checkLeftovers } from './leftovers.ts';
import { earliest, redisTime } from './redis-time.ts';
import type { Verdict, Violation } from './verdict.ts';

/** A message and everything that happened to it. */
interface Story {
  readonly create: Create;
  readonly cancels: Cancel[];
  readonly arrivals: Arrival[];
}

export interface Rules {
  /** Attempts after which a message that its receiver keeps refusing fails. */
  readonly maxAttempts: number;
  /** A request to the API without an answer by then, in ms, hangs. */
  readonly answerWithinMs: number;
}

/** Judges a history: whatever is not as promised is a violation. */
export function check(history: History, state: FinalState, rules: Rules): Verdict {
  const stories = collect(history);
  const repeats = new Repeats(history.excuses);
  const violations: Violation[] = [
    ...checkAsked(history, stories),
    ...checkAnswers(history, rules),
  ];
  const decided = new Set<string>();
  let lost = 0;
  let worstLatenessMs = 0;
  for (const story of stories.values()) {
    const { create } = story;
    if (failedAsDecided(story, rules)) decided.add(create.id);
    if (isLost(story, state, decided)) {
      lost += 1;
      if (!isExcused(history, create.answeredAt)) violations.push(lostViolation(story));
    }
    violations.push(...checkTimes(story, history), ...checkCancelled(story, history));
    violations.push(...repeats.check(story));
    worstLatenessMs = Math.max(worstLatenessMs, latenessOf(story, history));
  }
  violations.push(...checkLeftovers(state, decided));
  const messages = [...stories.values()].filter(({ create }) => isAcknowledged(create)).length;
  const figures = {
    messages,
    deliveries: history.arrivals.length,
    repeats: repeats.count,
    lost,
    worstLatenessMs,
  };
  return { violations, figures };
}

function collect({ creates, cancels, arrivals }: History): Map<string, Story> {
  const stories = new Map<string, Story>();
  for (const create of creates) stories.set(create.id, { create, cancels: [], arrivals: [] });
  for (const cancel of cancels) stories.get(cancel.id)?.cancels.push(cancel);
  for (const arrival of arrivals) stories.get(arrival.id)?.arrivals.push(arrival);
  return stories;
}

const isAcknowledged = ({ outcome }: Create) => outcome === 'acknowledged';

const isAccepted = ({ status }: Arrival) => status >= 200 && status < 300;

/** Nothing may arrive that nobody asked for, or under another name. */
function checkAsked({ arrivals }: History, stories: Map<string, Story>): Violation[] {
  return arrivals.flatMap((arrival): Violation[] => {
    const { id, payloadId } = arrival;
    const outcome = stories.get(id)?.create.outcome;
    if (id !== payloadId) {
      return [{ kind: 'wrong-id', about: payloadId, detail: `arrived with webhook-id ${id}` }];
    }
    if (outcome === undefined) {
      return [{ kind: 'unasked', about: id, detail: 'arrived, but nobody scheduled it' }];
    }
    if (outcome === 'refused') {
      return [{ kind: 'refused-yet-sent', about: id, detail: 'was refused, and arrived' }];
    }
    return [];
  });
}

function checkAnswers({ creates, cancels }: History, { answerWithinMs }: Rules): Violation[] {
  return [...creates, ...cancels]
    .filter(({ sentAt, answeredAt }) => answeredAt - sentAt > answerWithinMs)
    .map(({ id, sentAt, answeredAt }) => ({
      kind: 'unanswered',
      about: id,
      detail: `its request took ${answeredAt - sentAt} ms`,
    }));
}

/** Whether its receiver refused the message on its last attempt, which need not arrive last. */
function failedAsDecided({ arrivals }: Story, { maxAttempts }: Rules): boolean {
  const last = Math.max(...arrivals.map(({ attempt }) => attempt));
  return last >= maxAttempts && !arrivals.some((one) => one.attempt === last && isAccepted(one));
}

/** An acknowledged message has been accepted, cancelled, or has failed and is kept. */
function isLost({ create, cancels, arrivals }: Story, state: FinalState, decided: Set<string>) {
  if (!isAcknowledged(create) || arrivals.some(isAccepted)) return false;
  if (cancels.some(({ outcome }) => outcome !== 'not-found')) return false;
  return !(decided.has(create.id) && state.failed.includes(create.id));
}

function isExcused({ excuses }: History, at: number): boolean {
  return excuses.some(({ loss }) => within(at, loss));
}

function lostViolation({ create: { id }, arrivals }: Story): Violation {
  const statuses = arrivals.map(({ attempt, status }) => `attempt ${attempt}: ${status}`);
  const seen = statuses.length === 0 ? 'it never arrived' : statuses.join(', ');
  return { kind: 'lost', about: id, detail: `was acknowledged; ${seen}` };
}

function checkTimes({ create, arrivals }: Story, { clockShifts }: History): Violation[] {
  return arrivals.flatMap(({ at, attempt }): Violation[] => {
    const early = create.dueAt - redisTime(at, clockShifts);
    if (early <= 0) return [];
    return [
      { kind: 'early', about: create.id, detail: `attempt ${attempt} came ${early} ms early` },
    ];
  });
}

/** After a cancel nothing is sent any more, but for the one request that was under way. */
function checkCancelled({ create, cancels, arrivals }: Story, history: History): Violation[] {
  return cancels.flatMap(({ outcome, answeredAt }): Violation[] => {
    if (outcome !== 'cancelled' && outcome !== 'in-flight') return [];
    if (history.excuses.some((one) => within(answeredAt, one.cancels ?? one.loss))) return [];
    const after = arrivals.filter(({ at }) => at > answeredAt).length;
    if (after <= (outcome === 'in-flight' ? 1 : 0)) return [];
    return [{ kind: 'sent-after-cancel', about: create.id, detail: `${after} times, ${outcome}` }];
  });
}

function latenessOf({ create, arrivals }: Story, { clockShifts }: History): number {
  const first = arrivals[0];
  if (first === undefined) return 0;
  const sinceDue = earliest(first.at, clockShifts) - create.dueAt;
  return Math.max(0, Math.min(sinceDue, first.at - create.sentAt));
}

/** Whether an attempt arrived only after the next one, and was refused. */
function isHeldUp(arrival: Arrival, earlier: readonly Arrival[]): boolean {
  return !isAccepted(arrival) && earlier.some(({ attempt }) => attempt > arrival.attempt);
}

/** Counts repeats, and holds them against what the faults excuse. */
class Repeats {
  count = 0;
  private readonly excuses: readonly Excuse[];
  private readonly used = new Map<Excuse, number>();

  constructor(excuses: readonly Excuse[]) {
    this.excuses = excuses;
  }

  /** A further arrival is a repeat unless the receiver had refused the one before it. */
  check({ create, arrivals: all }: Story): Violation[] {
    const arrivals = all.filter((arrival, i) => !isHeldUp(arrival, all.slice(0, i)));
    return arrivals.slice(1).flatMap((arrival, i): Violation[] => {
      const before = arrivals[i];
      if (before === undefined || !isAccepted(before)) return [];
      this.count += 1;
      if (this.excuse(before)) return [];
      const gap = arrival.at - before.at;
      const detail = `attempt ${arrival.attempt} came ${gap} ms after attempt ${before.attempt}`;
      return [{ kind: 'repeated', about: create.id, detail }];
    });
  }

  private excuse(before: Arrival): boolean {
    for (const excuse of this.excuses) {
      const { repeats } = excuse;
      const used = this.used.get(excuse) ?? 0;
      if (repeats === undefined || used >= repeats.atMost || !within(before.at, repeats)) continue;
      this.used.set(excuse, used + 1);
      return true;
    }
    return false;
  }
}
