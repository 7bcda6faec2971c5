import { expect } from 'chai';
import { decodeReply, encodeCommand, RedisReplyError } from '../../../scripts/lib/resp.mjs';

const WIRE = Buffer.from('*5\r\n+OK\r\n:42\r\n$5\r\nolá!\r\n$-1\r\n*1\r\n-ERR no\r\n');

describe('scripts: RESP', () => {
  it('reads every kind of reply', () => {
    const decoded = decodeReply(WIRE);
    expect(decoded?.end).to.equal(WIRE.length);
    const reply = decoded?.reply as unknown[];
    expect(reply.slice(0, 4)).to.deep.equal(['OK', 42, 'olá!', null]);
    const [error] = reply[4] as RedisReplyError[];
    expect(error).to.be.instanceOf(RedisReplyError).with.property('code', 'ERR');
  });

  it('waits for the rest wherever a reply is cut', () => {
    for (let cut = 0; cut < WIRE.length; cut += 1) {
      expect(decodeReply(WIRE.subarray(0, cut)), `cut at ${cut}`).to.equal(undefined);
    }
  });

  it('refuses what is not Redis', () => {
    expect(() => decodeReply(Buffer.from('HTTP/1.1 400 Bad Request\r\n'))).to.throw(
      'not from Redis',
    );
  });

  it('counts bytes, not characters', () => {
    expect(encodeCommand(['GET', 'é', 7])).to.equal('*3\r\n$3\r\nGET\r\n$2\r\né\r\n$1\r\n7\r\n');
  });
});
