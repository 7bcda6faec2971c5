import { expect } from 'chai';
import type { FieldProblem } from '../../../src/http/locale/locale.ts';
import { ProblemError } from '../../../src/http/problems.ts';
import {
  checkDeliveriesQuery,
  checkListingQuery,
  checkNoQuery,
  checkRemoveQuery,
  readSpan,
} from '../../../src/http/query.ts';

/** What is said to be wrong with a request; nothing when it is fine. */
function problemsOf(run: () => unknown): readonly FieldProblem[] {
  try {
    run();
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    expect(error.code).to.equal('invalid-query');
    return error.extras.fields ?? [];
  }
  return [];
}

const listing = (query: string) => checkListingQuery(query);
const deliveries = (query: string) => checkDeliveriesQuery(query);

/** Query → the parameter that is wrong and the rule it breaks, with its limit. */
const REFUSED: [query: string, field: string, rule: string, limit?: string][] = [
  ['limit=0', 'limit', 'minimum', '1'],
  ['limit=-5', 'limit', 'minimum', '1'],
  ['limit=10001', 'limit', 'maximum', '10000'],
  ['limit=99999999999999999999999', 'limit', 'maximum', '10000'],
  ['limit=ten', 'limit', 'type', 'integer'],
  ['limit=', 'limit', 'type', 'integer'],
  ['limit=1.5', 'limit', 'type', 'integer'],
  ['limit=1e3', 'limit', 'type', 'integer'],
  ['limit=0x10', 'limit', 'type', 'integer'],
  ['limit=%20100', 'limit', 'type', 'integer'],
  ['limit=1&limit=2', 'limit', 'repeated'],
  [
    'status=done',
    'status',
    'choice',
    'scheduled, agendada, delivering, entregando, failed, falhou',
  ],
  ['dueFrom=tomorrow', 'dueFrom', 'due-time'],
  ['dueTo=', 'dueTo', 'due-time'],
  [`dueTo=${'2'.repeat(65)}`, 'dueTo', 'max-length', '64'],
  ['tag=', 'tag', 'min-length', '1'],
  [`tag=${'x'.repeat(1025)}`, 'tag', 'max-length', '1024'],
  ['host=http%3A%2F%2Fa', 'host', 'destination'],
  ['offset=10', 'offset', 'unknown-parameter'],
  ['Limit=10', 'Limit', 'unknown-parameter'],
  ['__proto__=1', '__proto__', 'unknown-parameter'],
  ['constructor=1', 'constructor', 'unknown-parameter'],
  ['=1', '""', 'unknown-parameter'],
];

describe('http: queries', () => {
  it('of a list: nothing asked is a limit of 1000', () => {
    expect(listing('')).to.deep.equal({ limit: 1000 });
  });

  it('of a list: everything that can be asked', () => {
    const text =
      'limit=10&cursor=abc&status=falhou&dueFrom=2026-01-01&dueTo=2026-01-02T03:00-03:00&tag=a%20b&host=A:1';
    expect(listing(text)).to.deep.equal({
      limit: 10,
      cursor: 'abc',
      status: 'falhou',
      dueFrom: '2026-01-01',
      dueTo: '2026-01-02T03:00-03:00',
      tag: 'a b',
      host: 'A:1',
    });
  });

  for (const [query, field, rule, limit = ''] of REFUSED) {
    it(`refuses ${query.slice(0, 60)}: ${rule}`, () => {
      const problems = problemsOf(() => listing(query));
      expect(problems).to.deep.include({ field, rule, limit });
      expect(new Set(problems.map((problem) => problem.field))).to.deep.equal(new Set([field]));
    });
  }

  it('names everything that is wrong at once, but not without end', () => {
    const fields = problemsOf(() => listing('limit=0&x=1&tag=&tag=')).map(({ field }) => field);
    expect(fields).to.have.members(['limit', 'x', 'tag']);
    const flood = Array.from({ length: 500 }, (_, i) => `p${i}=1`).join('&');
    expect(problemsOf(() => listing(flood))).to.have.length(20);
    const last = problemsOf(() => listing(`${'tag=a&'.repeat(20_000)}x=1`));
    expect(last.map(({ field }) => field)).to.deep.equal(['tag', 'x']);
  });

  it('does not call missing what is given twice', () => {
    const remove = (query: string) => problemsOf(() => checkRemoveQuery(query));
    expect(remove('confirm=delete&confirm=delete')).to.deep.equal([
      { field: 'confirm', rule: 'repeated', limit: '' },
    ]);
    expect(remove('')).to.deep.equal([{ field: 'confirm', rule: 'required', limit: '' }]);
  });

  it('of one request leaves nothing behind for the next', () => {
    listing('limit=5&tag=a');
    expect(listing('')).to.deep.equal({ limit: 1000 });
  });

  it('of deliveries', () => {
    expect(deliveries('')).to.deep.equal({ limit: 100 });
    expect(deliveries('limit=1000&id=a&outcome=timeout&from=2026-01-01&to=2026-01-02')).to.include({
      limit: 1000,
      id: 'a',
      outcome: 'timeout',
    });
    const problems = problemsOf(() => deliveries('limit=1001&outcome=fine&from=x&tag=a'));
    expect(problems.map(({ field, rule }) => [field, rule])).to.have.deep.members([
      ['limit', 'maximum'],
      ['outcome', 'choice'],
      ['from', 'due-time'],
      ['tag', 'unknown-parameter'],
    ]);
  });

  it('where there is none to ask', () => {
    expect(checkNoQuery('')).to.deep.equal({});
    expect(problemsOf(() => checkNoQuery('limit=1'))).to.deep.equal([
      { field: 'limit', rule: 'unknown-parameter', limit: '' },
    ]);
  });

  it('of a span of time, from its start to before its end', () => {
    const read = (from?: string, to?: string) => readSpan(['dueFrom', 'dueTo'], from, to);
    expect(read()).to.deep.equal({});
    expect(read('1970-01-01T00:00:01Z')).to.deep.equal({ from: 1000 });
    expect(read('1970-01-01', '1970-01-01T00:00:00.001')).to.deep.equal({ from: 0, to: 1 });
    for (const to of ['1970-01-02', '1970-01-01']) {
      expect(problemsOf(() => read('1970-01-02', to))).to.deep.equal([
        { field: 'dueTo', rule: 'later-than', limit: 'dueFrom' },
      ]);
    }
  });
});
