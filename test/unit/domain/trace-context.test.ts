import { expect } from 'chai';
import { parseTraceContext, traceIdOf } from '../../../src/domain/trace-context.ts';

/** The example of the specification. */
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT = `00-${TRACE_ID}-b7ad6b7169203331-01`;

describe('domain: trace context', () => {
  const good = [
    PARENT,
    `00-${TRACE_ID}-b7ad6b7169203331-00`,
    `cc-${TRACE_ID}-b7ad6b7169203331-01`,
    `cc-${TRACE_ID}-b7ad6b7169203331-01-what-the-future-will-be-like`,
  ];
  for (const traceparent of good) {
    it(`hands on ${traceparent}`, () => {
      expect(parseTraceContext(traceparent, undefined)).to.deep.equal({ traceparent });
      expect(traceIdOf({ traceparent })).to.equal(TRACE_ID);
    });
  }

  const bad = [
    undefined,
    '',
    'x',
    PARENT.toUpperCase(),
    ` ${PARENT}`,
    `${PARENT}-01`,
    `${PARENT}.`,
    `ff-${TRACE_ID}-b7ad6b7169203331-01`,
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
    `00-${TRACE_ID.slice(1)}-b7ad6b7169203331-01`,
    `cc-${TRACE_ID}-b7ad6b7169203331-01.x`,
    `cc-${TRACE_ID}-b7ad6b7169203331-01-${'x'.repeat(65)}`,
    `${PARENT}, ${PARENT}`,
    `${PARENT}\n`,
  ];
  for (const traceparent of bad) {
    it(`takes ${JSON.stringify(traceparent)} for not given, its tracestate too`, () => {
      expect(parseTraceContext(traceparent, 'a=1')).to.equal(undefined);
    });
  }

  const states = [
    'a=1',
    'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
    'fw529a3039@dt=FfAyA;b , x=y',
    'a=1,,b=2',
  ];
  for (const tracestate of states) {
    it(`hands on the tracestate ${tracestate} beside it`, () => {
      const expected = { traceparent: PARENT, tracestate };
      expect(parseTraceContext(PARENT, tracestate)).to.deep.equal(expected);
    });
  }

  const wrongStates = ['', 'a', 'A=1', '=1', 'a=b=c', 'a=1;ä', `a=${'x'.repeat(600)}`, 'a=1\nb=2'];
  for (const tracestate of wrongStates) {
    it(`leaves out the tracestate ${JSON.stringify(tracestate).slice(0, 30)}, and nothing else`, () => {
      expect(parseTraceContext(PARENT, tracestate)).to.deep.equal({ traceparent: PARENT });
    });
  }

  it('is read in no time, whatever is sent', () => {
    const tricky = `a=${'1 '.repeat(250)}\u0001`;
    const long = `${'a=1 , '.repeat(85)}\u0001`;
    for (const tracestate of [tricky, long, ','.repeat(512), `${' '.repeat(511)}\u0001`]) {
      const since = process.cpuUsage();
      parseTraceContext(PARENT, tracestate);
      expect(process.cpuUsage(since).user, 'µs').to.be.below(1_000_000);
    }
  });
});
