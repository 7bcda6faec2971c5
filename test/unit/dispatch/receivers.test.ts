import { expect } from 'chai';
import { Breakers } from '../../../src/dispatch/breakers.ts';
import { Bulkheads } from '../../../src/dispatch/bulkheads.ts';
import { createDeferral } from '../../../src/dispatch/deferring.ts';
import { Receivers } from '../../../src/dispatch/receivers.ts';
import { createSettler } from '../../../src/dispatch/settling.ts';
import { StoreUnavailableError } from '../../../src/domain/errors.ts';
import type { Settlement } from '../../../src/domain/settlement.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { recordingLog } from '../support/log.ts';
import { claimedMessage } from '../support/messages.ts';

const ORIGIN = 'http://slow.example';
const message = claimedMessage('a', { webhookUrl: `${ORIGIN}/hook` });

describe('dispatch: receivers', () => {
  let clock: FakeClock;
  let receivers: Receivers;

  beforeEach(() => {
    clock = new FakeClock();
    const { log } = recordingLog();
    const breakers = new Breakers({ threshold: 3, openMs: 5000, capMs: 60_000, clock, log });
    const places = { placesEach: 4, claimsAtOnce: 1, breakers };
    receivers = new Receivers(new Bulkheads(places), breakers);
  });

  const deferred = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ id: `d${i}`, origin: ORIGIN }));

  const fill = () => Array.from({ length: 4 }, () => receivers.enter(message));

  it('has no terms for a claim that is smaller than what every receiver has places for', () => {
    expect(receivers.permit(0, 4, 4).terms).to.equal(undefined);
  });

  it('limits a larger one: to the standard, and to what is free where that is less', () => {
    fill();
    const { terms } = receivers.permit(0, 100, 100);
    expect(terms?.standard).to.deep.equal({ places: 4, deferMs: 1000 });
    expect([...(terms?.origins ?? [])]).to.deep.equal([[ORIGIN, { places: 0, deferMs: 1000 }]]);
  });

  it('defers for the longer the more wait already', () => {
    fill();
    const deferMs = () => receivers.permit(0, 100, 100).terms?.origins.get(ORIGIN)?.deferMs;
    receivers.permit(0, 100, 100).end(deferred(5000));
    expect([deferMs(), receivers.deferMs(message)]).to.deep.equal([1000, 1000]);
    receivers.permit(0, 100, 100).end(deferred(10_001));
    expect([deferMs(), receivers.deferMs(message)]).to.deep.equal([2000, 2000]);
  });

  it('defers until the probe where the breaker is open', () => {
    for (const place of fill()) place?.leave({ kind: 'timeout', error: 'e' });
    expect(receivers.enter(message)).to.equal(undefined);
    expect(receivers.deferMs(message)).to.equal(5010);
    expect(receivers.breakerCounts()).to.deep.equal({ open: 1, 'half-open': 0 });
  });

  it('asks no place of what is not sent', () => {
    fill();
    const place = receivers.enter({ ...message, expired: true });
    expect(place?.leave({ kind: 'expired', error: 'e' })).to.deep.equal([]);
    expect(receivers.enter(message)).to.equal(undefined);
  });

  it('a message without a place is released, deferred and untried, until Redis answers', async () => {
    const settlements: Settlement[] = [];
    const settle = createSettler({
      settle: (_message, settlement) => {
        settlements.push(settlement);
        return settlements.length === 1
          ? Promise.reject(new StoreUnavailableError(new Error('away')))
          : Promise.resolve('released');
      },
      clock,
    });
    const { log, entries } = recordingLog();
    const lease = { message, claimedAt: 0, endsAt: 1000 };
    const done = createDeferral({ settle, log })(lease, 1234, new AbortController().signal);
    await clock.advance(100);
    await done;
    const release = { kind: 'release', deferMs: 1234 };
    expect(settlements).to.deep.equal([release, release]);
    expect(entries.map(({ id, result }) => [id, result])).to.deep.equal([['a', 'released']]);
  });
});
