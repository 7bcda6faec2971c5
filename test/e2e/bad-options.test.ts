import { expect } from 'chai';
import { type Api, apiAt, expectProblem, messageBody } from '../support/api.ts';
import { messageKeysLeft } from '../support/message-keys.ts';
import { useRedis } from '../support/redis.ts';
import { type ServiceProcess, startService } from '../support/service.ts';

const many = (count: number, of: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => of(n));
const named = (count: number) =>
  Object.fromEntries(many(count, (n) => `h${n}`).map((n) => [n, '']));

/** Headers of names and values of these lengths. */
const sized = (count: number, nameLength: number, valueLength: number) =>
  Object.fromEntries(
    many(count, (n) => `${n}`.padEnd(nameLength, 'x')).map((n) => [n, 'y'.repeat(valueLength)]),
  );

const CHOICE = { en: 'must be one of', 'pt-BR': 'deve ser um destes:' };
const TYPE = { en: 'must be of type', 'pt-BR': 'deve ser do tipo' };
const LEAST = { en: 'must be at least', 'pt-BR': 'deve ser no mínimo' };
const MOST = { en: 'must be at most', 'pt-BR': 'deve ser no máximo' };
const ITEMS = { en: 'must have at most', 'pt-BR': 'deve ter no máximo' };
const SHORT = { en: 'must have at least', 'pt-BR': 'deve ter pelo menos' };
const UNKNOWN = { en: 'is not a known field', 'pt-BR': 'não é um campo conhecido' };
const NEEDED = { en: 'is required', 'pt-BR': 'é obrigatório' };
const NAME = { en: 'has a header whose name', 'pt-BR': 'tem um cabeçalho com nome' };
const VALUE = { en: 'has a value with control', 'pt-BR': 'tem um valor com caracteres' };
const TEXT = { en: 'must not contain control', 'pt-BR': 'não pode conter caracteres' };
const TIME = { en: 'must be an ISO 8601 date', 'pt-BR': 'deve ser uma data e hora ISO' };
const SPAN = { en: 'must be milliseconds', 'pt-BR': 'deve ser milissegundos' };
const BOTH = { en: 'together with scheduleTo', 'pt-BR': 'junto com scheduleTo' };
const FIRST = { en: 'is before the due time', 'pt-BR': 'é anterior ao horário' };
const ALL = { en: 'in all, names and values', 'pt-BR': 'ao todo, somando nomes' };
const BYTES = { en: 'bytes as JSON', 'pt-BR': 'bytes como JSON' };
const SAME = { en: 'together with X-A', 'pt-BR': 'junto com X-A' };
const TWICE = { en: 'must not repeat', 'pt-BR': 'não pode ter itens repetidos' };

/** What is given on top of a message in order, the one field that is named, and why. */
const REFUSED: [given: object, field: string, why: Record<'en' | 'pt-BR', string>][] = [
  [{ method: 'post' }, 'method', CHOICE],
  [{ method: 'HEAD' }, 'method', CHOICE],
  [{ method: null }, 'method', CHOICE],
  [{ headers: [] }, 'headers', TYPE],
  [{ headers: named(51) }, 'headers', ITEMS],
  [{ headers: { Host: 'x' } }, 'headers.Host', NAME],
  [{ headers: { 'Webhook-Id': 'x' } }, 'headers.Webhook-Id', NAME],
  [{ headers: { 'transfer-encoding': 'x' } }, 'headers.transfer-encoding', NAME],
  [{ headers: { 'a b': 'x' } }, 'headers.a b', NAME],
  [{ headers: { ['__proto__']: 'x' } }, 'headers.__proto__', NAME],
  [{ headers: { '': 'x' } }, 'headers.', NAME],
  [{ headers: { ['x'.repeat(101)]: 'x' } }, `headers.${'x'.repeat(101)}`, ITEMS],
  [{ headers: { 'X-A/B~C': 'x' } }, 'headers.X-A/B~C', NAME],
  [{ headers: { 'X-A': 5 } }, 'headers.X-A', TYPE],
  [{ headers: { 'X-A': 'a\r\nb: c' } }, 'headers.X-A', VALUE],
  [{ headers: { 'X-A': '日' } }, 'headers.X-A', VALUE],
  [{ headers: { 'X-A': 'x'.repeat(4097) } }, 'headers.X-A', ITEMS],
  // Within the limits of number and size each, but not all together.
  [{ headers: sized(5, 4, 3273) }, 'headers', ALL],
  [{ headers: { 'X-A': '1', 'x-a': '2' } }, 'headers.x-a', SAME],
  [{ timeoutMs: 0 }, 'timeoutMs', LEAST],
  [{ timeoutMs: 30_001 }, 'timeoutMs', MOST],
  [{ timeoutMs: 1.5 }, 'timeoutMs', TYPE],
  [{ timeoutMs: '5' }, 'timeoutMs', TYPE],
  [{ retry: 3 }, 'retry', TYPE],
  [{ retry: { attempts: 3 } }, 'retry.attempts', UNKNOWN],
  [{ retry: { maxAttempts: 0 } }, 'retry.maxAttempts', LEAST],
  [{ retry: { maxAttempts: 101 } }, 'retry.maxAttempts', MOST],
  [{ retry: { backoff: {} } }, 'retry.backoff.kind', NEEDED],
  [{ retry: { backoff: { kind: 'linear' } } }, 'retry.backoff.kind', CHOICE],
  [{ retry: { backoff: { kind: 'fixed', baseMs: -1 } } }, 'retry.backoff.baseMs', LEAST],
  [{ retry: { backoff: { kind: 'fixed', factor: 0.5 } } }, 'retry.backoff.factor', LEAST],
  [{ retry: { backoff: { kind: 'fixed', capMs: 2_592_000_001 } } }, 'retry.backoff.capMs', MOST],
  [{ notAfter: 'never' }, 'notAfter', TIME],
  [{ notAfter: '2098-12-31' }, 'notAfter', FIRST],
  [{ delay: 5 }, 'delay', BOTH],
  [{ scheduleTo: undefined }, 'scheduleTo', NEEDED],
  [{ scheduleTo: undefined, delay: -1 }, 'delay', LEAST],
  [{ scheduleTo: undefined, delay: 1.5 }, 'delay', TYPE],
  [{ scheduleTo: undefined, delay: 'P' }, 'delay', SPAN],
  [{ scheduleTo: undefined, delay: 'PT' }, 'delay', SPAN],
  [{ scheduleTo: undefined, delay: 'P1DT' }, 'delay', SPAN],
  [{ scheduleTo: undefined, delay: '-PT5M' }, 'delay', SPAN],
  [{ scheduleTo: undefined, delay: '5 minutes' }, 'delay', SPAN],
  [{ scheduleTo: undefined, delay: 'P9000Y' }, 'delay', SPAN],
  [{ scheduleTo: undefined, delay: Number.MAX_SAFE_INTEGER }, 'delay', SPAN],
  [{ ifPast: 'skip' }, 'ifPast', CHOICE],
  [{ metadata: [] }, 'metadata', TYPE],
  [{ metadata: named(51) }, 'metadata', ITEMS],
  [{ metadata: { ['x'.repeat(65)]: 1 } }, `metadata.${'x'.repeat(65)}`, ITEMS],
  [{ metadata: { 'a\u0000': 1 } }, 'metadata.a\u0000', TEXT],
  [{ metadata: { a: 'x'.repeat(4097 - '{"a":""}'.length) } }, 'metadata', BYTES],
  [{ metadata: { a: 'ç'.repeat(2050) } }, 'metadata', BYTES],
  [{ tags: 'a' }, 'tags', TYPE],
  [{ tags: many(21, (n) => `t${n}`) }, 'tags', ITEMS],
  [{ tags: ['a', 'a'] }, 'tags', TWICE],
  [{ tags: [''] }, 'tags.0', SHORT],
  [{ tags: ['a', 5] }, 'tags.1', TYPE],
  [{ tags: ['x'.repeat(65)] }, 'tags.0', ITEMS],
  [{ tags: ['a\n'] }, 'tags.0', TEXT],
];

/** What PATCH checks just as POST does, whatever else is given. */
const CHANGEABLE = /^(?:headers|timeoutMs|retry|metadata|tags)(?:\.|$)/;

for (const locale of ['en', 'pt-BR'] as const) {
  describe(`an option of a message that is not in order is refused (${locale})`, () => {
    const redis = useRedis();
    let service: ServiceProcess;
    let api: Api;
    before(async () => {
      service = await startService(redis.current.port, { API_LOCALE: locale });
      api = apiAt(service.url);
    });
    after(() => service.end());

    for (const [given, field, why] of REFUSED) {
      it(JSON.stringify(given).slice(0, 70), async () => {
        const body = messageBody('new', given);
        const problem = expectProblem(await api.post(body), 422);
        expect(problem.code).to.equal('invalid-message');
        expect(new Set(problem.errors?.map((error) => error.field))).to.deep.equal(
          new Set([field]),
        );
        expect(problem.detail).to.contain(why[locale]);
        const batch = await api.send('POST', '/messages/batch', { messages: [body] });
        expect(JSON.parse(batch.text)).to.deep.equal({ results: [problem] });
        if (CHANGEABLE.test(field)) {
          const changed = await api.send('PATCH', '/messages/any', given);
          const { errors, detail } = expectProblem(changed, 422);
          expect([...new Set(errors?.map((error) => error.field))]).to.deep.equal([field]);
          expect(detail).to.contain(why[locale]);
        }
        expect(await messageKeysLeft(redis.current.client)).to.deep.equal([]);
      });
    }

    it('at its limits it is accepted', async () => {
      const headers = { ...sized(4, 4, 4092), a: '' };
      const metadata = { a: 'x'.repeat(4096 - '{"a":""}'.length) };
      const body = messageBody('new', { headers: { ...headers, a: undefined }, metadata });
      const batch = await api.send('POST', '/messages/batch', { messages: [body] });
      expect(JSON.parse(batch.text).results[0]).to.include({ status: 201 });
      const changed = await api.send('PATCH', '/messages/new', { headers: sized(4, 4, 4092) });
      expect(changed.status, changed.text).to.equal(200);
      expectProblem(await api.send('PATCH', '/messages/new', { headers }), 422);
    });
  });
}
