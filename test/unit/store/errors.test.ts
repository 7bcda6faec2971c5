import { expect } from 'chai';
import { ReplyError } from 'ioredis';
import {
  type DomainError,
  MessageError,
  StoreFullError,
  StoreUnavailableError,
} from '../../../src/domain/errors.ts';
import { answered, toDomainError } from '../../../src/store/errors.ts';
import { rejection } from '../support/deferred.ts';

const reply = (text: string) => new (ReplyError as unknown as new (text: string) => Error)(text);

const FULL = {
  'Redis 7, plain':
    "OOM command not allowed when used memory > 'maxmemory'. script: 6f1, on @user_script:20.",
  'Redis 6.2, wrapped':
    "ERR Error running script (call to f_6f1): @user_script:20: @user_script: 20: -OOM command not allowed when used memory > 'maxmemory'.",
  'outside of a script': "OOM command not allowed when used memory > 'maxmemory'.",
};

const UNAVAILABLE = [
  'LOADING Redis is loading the dataset in memory',
  "READONLY You can't write against a read only replica.",
  "READONLY You can't write against a read only replica. script: 6f1, on @user_script:3.",
  'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
  "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
  'MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist on disk.',
  'NOREPLICAS Not enough good replicas to write.',
  'CLUSTERDOWN The cluster is down',
  'TRYAGAIN Multiple keys request during rehashing of slot',
  'NOAUTH Authentication required.',
  'ERR Protocol error: unauthenticated multibulk length',
  'ERR Protocol error: unauthenticated bulk length',
  'WRONGPASS invalid username-password pair or user is disabled.',
  "NOPERM this user has no permissions to run the 'evalsha' command",
];

const OURS = [
  "ERR user_script:3: Script attempted to access nonexistent global variable 'x' script: 6f1",
  'ERR Error running script (call to f_6f1): @user_script:3: user_script:3: attempt to index a nil value',
  'WRONGTYPE Operation against a key holding the wrong kind of value',
  "ERR wrong number of arguments for 'set' command",
  'ERR Protocol error: invalid multibulk length',
  // Mentions a code, but not as its own.
  'ERR no such LOADING',
  'READONLYISH is no code',
];

describe('store: errors', () => {
  for (const [where, text] of Object.entries(FULL)) {
    it(`out of memory is a full store (${where})`, () => {
      const error = toDomainError(reply(text));
      expect(error).to.be.instanceOf(StoreFullError);
      expect((error as DomainError).code).to.equal('store-full');
    });
  }

  for (const text of UNAVAILABLE) {
    it(`is unavailable: ${text}`, () => {
      const cause = reply(text);
      const error = toDomainError(cause);
      expect(error).to.be.instanceOf(StoreUnavailableError);
      expect(error.cause).to.equal(cause);
      expect(error.message).to.contain(text);
    });
  }

  for (const text of OURS) {
    it(`is a fault of ours and stays itself: ${text}`, () => {
      const error = reply(text);
      expect(toDomainError(error)).to.equal(error);
    });
  }

  it('a connection that fails, in whatever way, is unavailable', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const failures = [
      refused,
      new Error('Connection is closed.'),
      new Error('Command timed out'),
      new Error("Stream isn't writeable and enableOfflineQueue options is false"),
      new Error('Reached the max retries per request limit (which is 0).'),
    ];
    for (const failure of failures) {
      expect(toDomainError(failure), failure.message).to.be.instanceOf(StoreUnavailableError);
    }
  });

  it('what already is in the words of the domain stays as it is', () => {
    const error = new MessageError('message-exists', 'a');
    expect(toDomainError(error)).to.equal(error);
  });

  it('what is no error becomes one', () => {
    expect(toDomainError('odd')).to.be.instanceOf(Error).with.property('message', 'odd');
  });

  it('answered passes an answer on and translates a failure', async () => {
    expect(await answered(Promise.resolve('PONG'))).to.equal('PONG');
    const failed = answered(Promise.reject(reply('LOADING Redis is loading')));
    expect(await rejection(failed)).to.be.instanceOf(StoreUnavailableError);
  });

  const reply = (text: string) => new (ReplyError as unknown as new (text: string) => Error)(text);
  const wrapped = (text: string) =>
    reply(`ERR Error running script (call to f_6f1): @user_script:3: @user_script: 3: -${text}`);

  for (const text of [
    "READONLY You can't write against a read only replica.",
    'MISCONF Redis is configured to save RDB snapshots, but it is currently not able to persist.',
    'NOREPLICAS Not enough good replicas to write.',
  ]) {
    it(`Redis 6.2 wraps it inside a script: ${text}`, () => {
      expect(toDomainError(wrapped(text))).to.have.property('code', 'store-unavailable');
    });
  }

  it('a mistake in our own code is no outage', () => {
    const mistake = new TypeError('undefined is not a function');
    expect(toDomainError(mistake)).to.equal(mistake);
  });
});
