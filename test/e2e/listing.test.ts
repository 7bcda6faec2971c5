import { expect } from 'chai';
import { Keys } from '../../src/store/keys.ts';
import { type Answer, expectProblem, messageBody } from '../support/api.ts';
import { type Seed, seedMessages } from '../support/seed.ts';
import { useService } from '../support/use-service.ts';

/** An instant far ahead. */
const AT = Date.UTC(2090, 0, 1);

interface Page {
  readonly scheduledJobs: readonly {
    readonly messageId: string;
    readonly nextRun: string | null;
    readonly job: string;
  }[];
  readonly count: number;
  readonly nextCursor?: string;
}

function pageOf({ status, text }: Answer): Page {
  expect(status, text).to.equal(200);
  return JSON.parse(text) as Page;
}

const idsOf = ({ scheduledJobs }: Page) => scheduledJobs.map(({ messageId }) => messageId);

describe('GET /messages', () => {
  const running = useService();
  const seed = (seeds: readonly Seed[]) =>
    seedMessages(running.current.client, new Keys('', 1), seeds);
  const ask = (query = '') => running.current.api.get(`/messages${query}`);
  const page = async (query = '') => pageOf(await ask(query));

  it('is as it always was for who asks for nothing in particular', async () => {
    expect(await page()).to.deep.equal({ scheduledJobs: [], count: 0 });
    await running.current.api.post(messageBody('5511999999999@s.whatsapp.net'));
    expect(await page()).to.deep.equal({
      scheduledJobs: [
        {
          messageId: '5511999999999@s.whatsapp.net',
          nextRun: '2099-01-01T00:00:00.000Z',
          job: 'POST http://127.0.0.1:9/hook',
        },
      ],
      count: 1,
    });
  });

  it('gives 1000 at first, and the rest to who follows nextCursor', async () => {
    const ids = Array.from({ length: 2500 }, (_, i) => `m${i}`);
    await seed(ids.map((id, i) => ({ id, at: AT + i })));
    const first = await page();
    const second = await page(`?cursor=${first.nextCursor}`);
    // The limit may change on the way.
    const third = await page(`?limit=10000&cursor=${second.nextCursor}`);
    expect([first, second, third].map(({ count }) => count)).to.deep.equal([2500, 2500, 2500]);
    expect(first.scheduledJobs).to.have.length(1000);
    expect([first, second, third].flatMap(idsOf)).to.deep.equal(ids);
    expect(third).not.to.have.property('nextCursor');
  });

  it('filters by status in words of both languages, by due window, tag and host', async () => {
    await seed([
      { id: 'a', at: AT, fields: { tags: '["vip","br"]' } },
      { id: 'b', at: AT + 60_000, fields: { status: 'delivering' } },
      { id: 'c', at: AT + 120_000, fields: { webhookUrl: 'https://Loja.example/x' } },
      { id: 'f', at: AT, index: 'failed', fields: { method: 'PUT' } },
    ]);
    const ids = async (query: string) => idsOf(await page(query));
    expect(await ids('')).to.deep.equal(['a', 'b', 'c']);
    for (const word of ['scheduled', 'agendada']) {
      expect(await ids(`?status=${word}`)).to.deep.equal(['a', 'c']);
    }
    for (const word of ['delivering', 'entregando']) {
      expect(await ids(`?status=${word}`)).to.deep.equal(['b']);
    }
    for (const word of ['failed', 'falhou']) {
      expect(await page(`?status=${word}`)).to.deep.equal({
        scheduledJobs: [
          {
            ...{ messageId: 'f', nextRun: null },
            job: 'PUT http://127.0.0.1:9/hook',
          },
        ],
        count: 1,
      });
    }
    const from = encodeURIComponent('2090-01-01T03:01:00+03:00');
    expect(await ids(`?dueFrom=${from}`)).to.deep.equal(['b', 'c']);
    const window = await page(`?dueFrom=${from}&dueTo=2090-01-01T00:02`);
    expect([idsOf(window), window.count]).to.deep.equal([['b'], 1]);
    expect(await ids('?tag=vip')).to.deep.equal(['a']);
    expect(await ids('?tag=vi')).to.deep.equal([]);
    expect(await ids('?host=LOJA.example')).to.deep.equal(['c']);
    expect(await ids('?host=127.0.0.1:9')).to.deep.equal(['a', 'b']);
    expect(await ids('?host=127.0.0.1:9&tag=br&status=agendada')).to.deep.equal(['a']);
    expect((await page('?tag=vip')).count, 'what it would be without the tag').to.equal(3);
  });

  it('lists messages whose fields were damaged by hand', async () => {
    await seed([{ id: 'a', at: AT, fields: { dueAt: 'soon', status: '?', tags: '[' } }]);
    expect((await page()).scheduledJobs[0]).to.include({ messageId: 'a', nextRun: null });
    expect(idsOf(await page('?tag=x'))).to.deep.equal([]);
  });

  const refused: [query: string, field: string, detail: RegExp][] = [
    ['limit=0', 'limit', /no mínimo 1/],
    ['limit=10001', 'limit', /no máximo 10000/],
    ['limit=x', 'limit', /integer/],
    ['status=sent', 'status', /scheduled, agendada/],
    ['dueFrom=ontem', 'dueFrom', /ISO 8601/],
    ['dueFrom=2030-01-02&dueTo=2030-01-01', 'dueTo', /posterior a dueFrom/],
    ['host=http://a', 'host', /host/],
    ['tag=', 'tag', /1 caractere/],
    ['tag=a&tag=b', 'tag', /uma só vez/],
    ['page=2', 'page', /parâmetro/],
  ];
  for (const [query, field, detail] of refused) {
    it(`refuses ?${query}, naming ${field}`, async () => {
      const problem = expectProblem(await ask(`?${query}`), 422);
      expect(problem.code).to.equal('invalid-query');
      expect(problem.errors?.map((error) => error.field)).to.deep.equal([field]);
      expect(problem.detail).to.match(detail).and.to.contain(field);
    });
  }

  it('refuses a cursor that is none, was changed, or is of another list or other filters', async () => {
    await seed(['a', 'b', 'c'].map((id) => ({ id, at: AT })));
    const { nextCursor = '' } = await page('?limit=1');
    expect(idsOf(await page(`?cursor=${nextCursor}`))).to.deep.equal(['b', 'c']);
    const tampered = `${nextCursor.slice(0, 8)}${nextCursor[8] === 'A' ? 'B' : 'A'}${nextCursor.slice(9)}`;
    for (const query of [
      ...['cursor=', 'cursor=x', 'cursor=%00', 'cursor=W10', `cursor=${'A'.repeat(10_000)}`],
      `cursor=${tampered}`,
      `cursor=${nextCursor}%3D`,
      `cursor=${nextCursor}&tag=x`,
      `cursor=${nextCursor}&status=failed`,
      `cursor=${nextCursor}&dueFrom=2026-01-01`,
    ]) {
      const problem = expectProblem(await ask(`?${query}`), 400);
      expect(problem.code).to.equal('invalid-cursor');
      expect(problem.errors?.map(({ field }) => field)).to.deep.equal(['cursor']);
    }
    expectProblem(await running.current.api.get(`/deliveries?cursor=${nextCursor}`), 400);
  });
});

describe('GET /messages over five partitions, in English', () => {
  const running = useService({ PARTITIONS: '5', KEY_PREFIX: 'app:', API_LOCALE: 'en' });

  it('is one list in one order, and its problems are told in English', async () => {
    const ids = Array.from({ length: 1200 }, (_, i) => `m${String(i).padStart(4, '0')}`);
    const seeds = ids.map((id) => ({ id, at: AT }));
    await seedMessages(running.current.client, new Keys('app:', 5), seeds);
    const get = async (query: string) => pageOf(await running.current.api.get(`/messages${query}`));
    const first = await get('?limit=700');
    const second = await get(`?limit=700&cursor=${first.nextCursor}`);
    expect([...idsOf(first), ...idsOf(second)]).to.deep.equal(ids);
    expect([first.count, second.count, second.nextCursor]).to.deep.equal([1200, 1200, undefined]);
    expect((await get('?status=entregando')).scheduledJobs).to.deep.equal([]);
    const problem = expectProblem(await running.current.api.get('/messages?cursor=x'), 400);
    expect(problem.detail).to.contain('cursor: must be a nextCursor');
  });
});
