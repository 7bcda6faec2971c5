import { validateHeaderValue } from 'node:http';
import { expect } from 'chai';
import fc from 'fast-check';
import { encodeId, webhookHeaders } from '../../../src/delivery/headers.ts';
import { claimedMessage } from '../support/messages.ts';

describe('delivery: headers', () => {
  it('leaves an id of visible ASCII as it is, but for the escape character', () => {
    const visible = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join('');
    expect(encodeId(visible)).to.equal(visible.replace('%', '%25'));
    expect(encodeId('order-1:{a}/b')).to.equal('order-1:{a}/b');
  });

  it('escapes everything else', () => {
    expect(encodeId('a b')).to.equal('a%20b');
    expect(encodeId('100%')).to.equal('100%25');
    expect(encodeId('%20')).to.equal('%2520');
    expect(encodeId('ção')).to.equal('%C3%A7%C3%A3o');
    expect(encodeId('😀')).to.equal('%F0%9F%98%80');
    expect(encodeId('a\r\nx-evil: 1')).to.equal('a%0D%0Ax-evil:%201');
  });

  it('makes a safe header value of any id, from which the id can be read back', () => {
    const ids = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1 }),
      fc.string({ unit: fc.constantFrom('%', '2', '5', 'ã', '😀', ' ', '\n', '\u0000', 'a') }),
    );
    fc.assert(
      fc.property(ids, (id) => {
        const encoded = encodeId(id);
        expect(encoded).to.match(/^[!-~]*$/);
        expect(() => validateHeaderValue('webhook-id', encoded)).not.to.throw();
        expect(decodeURIComponent(encoded)).to.equal(id);
      }),
      { numRuns: 1000 },
    );
  });

  it('says what it is, which attempt, and when it was asked for', () => {
    expect(webhookHeaders(claimedMessage('a é', { attempt: 3 }))).to.deep.equal({
      'content-type': 'application/json',
      'user-agent': 'api-de-agendamento',
      'webhook-id': 'a%20%C3%A9',
      'webhook-attempt': '3',
      'webhook-scheduled-for': '2026-01-01T00:00:00.000Z',
    });
  });

  it('carry the trace context of the creating request on, unless the message has its own', () => {
    const trace = { traceparent: '00-t-s-01', tracestate: 'a=1' };
    expect(webhookHeaders(claimedMessage('a', { trace }))).to.include(trace);
    const own = { traceparent: '00-mine-s-01' };
    const headers = webhookHeaders(claimedMessage('a', { trace, headers: own }));
    expect(headers).to.include(own).and.not.have.property('tracestate');
  });

  it('differ between the attempts of one message in nothing but the number of the attempt', () => {
    const first = claimedMessage('a', { attempt: 1, claimLateness: 0, claimToken: 't1' });
    const second = { ...first, attempt: 2, claimLateness: 5000, claimToken: 't2' };
    expect(webhookHeaders(second)).to.deep.equal({
      ...webhookHeaders(first),
      'webhook-attempt': '2',
    });
  });
});
