import { expect } from 'chai';
import type { Context } from 'koa';
import {
  type DomainError,
  MessageError,
  StoreFullError,
  StoreUnavailableError,
} from '../../../src/domain/errors.ts';
import { type FieldProblem, localeOf } from '../../../src/http/locale/locale.ts';
import { ProblemError, problemAnswers } from '../../../src/http/problems.ts';
import { LEVEL, type LogEntry, recordingLog } from '../support/log.ts';

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly type: string;
  readonly body: Record<string, unknown>;
  readonly entries: LogEntry[];
}

/** What a client gets when handling its request throws. */
async function answerTo(error: unknown, language: 'pt-BR' | 'en' = 'en'): Promise<Answer> {
  const { log, entries } = recordingLog();
  const ctx = {
    status: 200,
    body: {},
    type: '',
    headers: {},
    state: { requestId: 'r-1' },
    set(headers: Record<string, string>) {
      this.headers = headers;
    },
  };
  const middleware = problemAnswers(localeOf(language), log);
  await middleware(ctx as unknown as Context, () => Promise.reject(error));
  return { ...ctx, entries };
}

const FIELDS: FieldProblem[] = [
  { field: 'id', rule: 'required', limit: '' },
  { field: 'scheduleTo', rule: 'max-length', limit: '64' },
  { field: '', rule: 'type', limit: 'object' },
];

describe('http: problems', () => {
  const refusals: [error: DomainError, status: number, detail: string][] = [
    [
      new MessageError('message-exists', 'a"b'),
      409,
      'A message with the id "a\\"b" already exists',
    ],
    [new MessageError('message-not-found', 'a'), 404, 'There is no message with the id "a"'],
    [new StoreUnavailableError('x'), 503, 'Redis cannot be reached at the moment'],
    [new StoreFullError('x'), 503, 'Redis is out of memory'],
  ];
  for (const [error, status, detail] of refusals) {
    it(`${error.code} is ${status}`, async () => {
      const answer = await answerTo(error);
      expect(answer.status).to.equal(status);
      expect(answer.type).to.equal('application/problem+json');
      expect(answer.body).to.include({ type: 'about:blank', status, code: error.code });
      expect(answer.body.detail).to.contain(detail);
      expect(answer.headers).to.deep.equal(status === 503 ? { 'retry-after': '1' } : {});
      expect(answer.entries).to.deep.equal([]);
    });
  }

  it('a fault of ours is 500: it is logged, and the client learns nothing of it', async () => {
    const { status, body, entries } = await answerTo(new Error('secret detail'));
    expect(status).to.equal(500);
    expect(body.code).to.equal('internal-error');
    expect(JSON.stringify(body)).not.to.contain('secret');
    expect(entries.map(({ level }) => level)).to.deep.equal([LEVEL.error]);
  });

  it('repeats no name of a field that is too long to be read', async () => {
    const field = 'x'.repeat(100_000);
    const problem = new ProblemError('invalid-message', '', {
      fields: [{ field, rule: 'unknown', limit: '' }],
    });
    const { body } = await answerTo(problem);
    expect(body.detail).to.equal(`${'x'.repeat(300)}…: is not a known field`);
    expect(JSON.stringify(body)).to.have.length.below(2000);
  });

  it('names every field and what is wrong with it, in English', async () => {
    const { status, body } = await answerTo(
      new ProblemError('invalid-message', '', { fields: FIELDS }),
    );
    expect(status).to.equal(422);
    expect(body.errors).to.deep.equal([
      { field: 'id', detail: 'is required' },
      { field: 'scheduleTo', detail: 'must have at most 64 characters' },
      { field: 'body', detail: 'must be of type object' },
    ]);
    expect(body.detail).to.equal(
      'id: is required; scheduleTo: must have at most 64 characters; body: must be of type object',
    );
  });

  it('names every field and what is wrong with it, in Portuguese', async () => {
    const error = new ProblemError('invalid-message', '', { fields: FIELDS });
    const { body } = await answerTo(error, 'pt-BR');
    expect(body.errors).to.deep.equal([
      { field: 'id', detail: 'é obrigatório' },
      { field: 'scheduleTo', detail: 'deve ter no máximo 64 caracteres' },
      { field: 'corpo', detail: 'deve ser do tipo object' },
    ]);
    expect(body.title).to.equal('Mensagem inválida');
  });

  it('carries the headers and members of the refusal', async () => {
    const extras = { headers: { allow: 'GET' }, members: { redis: 'disconnected' } };
    const { headers, body } = await answerTo(new ProblemError('store-unavailable', '', extras));
    expect(headers).to.deep.equal({ allow: 'GET', 'retry-after': '1' });
    expect(body.redis).to.equal('disconnected');
  });

  it('leaves what succeeds alone', async () => {
    const ctx = { status: 201, body: 'fine' };
    const middleware = problemAnswers(localeOf('en'), recordingLog().log);
    await middleware(ctx as unknown as Context, () => Promise.resolve());
    expect(ctx).to.deep.equal({ status: 201, body: 'fine' });
  });
});
