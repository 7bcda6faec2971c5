import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { parse } from 'yaml';
import { apiAt, inMs, messageBody } from '../support/api.ts';
import { type Samples, scrape } from '../support/metrics.ts';
import { missingFor, selectorsIn } from '../support/promql.ts';
import { useReceiver } from '../support/receiver.ts';
import { useRedis } from '../support/redis.ts';
import { startService } from '../support/service.ts';
import { until } from '../support/until.ts';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const read = (name: string) =>
  readFileSync(new URL(`../../config/${name}`, import.meta.url), 'utf8');

const { groups } = parse(read('prometheus/rules.yaml')) as {
  groups: { name: string; rules: Rule[] }[];
};
const rules = groups.flatMap((group) => group.rules);
const dashboard = JSON.parse(read('grafana/dashboard.json')) as {
  panels: Panel[];
  templating: { list: { name: string; type: string; query: unknown }[] };
};
const panelExpressions = dashboard.panels.flatMap(({ targets = [] }) =>
  targets.map(({ expr }) => expr),
);
const EXPRESSIONS = [...rules.map(({ expr }) => expr), ...panelExpressions];

/** Metrics that a rule defines, or Prometheus itself. */
const OTHERS = new Set([...rules.flatMap(({ record }) => record ?? []), 'up']);

describe('rules for Prometheus and dashboard for Grafana', () => {
  const redis = useRedis();
  const receiver = useReceiver();
  let samples: Samples;

  /** A service that has done a bit of everything. */
  before(async () => {
    const service = await startService(redis.current.port);
    const api = apiAt(service.url);
    receiver.current.answerWith(({ id }, response) => {
      response.writeHead(id === 'bad' ? 500 : 204).end();
    });
    const due = { scheduleTo: inMs(0), webhookUrl: receiver.current.url };
    await api.post(messageBody('good', due));
    await api.post(messageBody('bad', { ...due, retry: { maxAttempts: 1 } }));
    await api.get('/messages');
    await receiver.current.waitFor(2);
    await redis.current.client.config('SET', 'maxmemory', '1');
    await api.post(messageBody('full'));
    await redis.current.client.config('SET', 'maxmemory', '0');
    samples = await until('it has failed', async () => {
      const scraped = await scrape(api);
      const failed = scraped.get('agendamento_settlements_total{result="failed"}') === 1;
      // The young generation fills up sooner or later.
      return failed && [...scraped.keys()].some((one) => one.startsWith('nodejs_gc')) && scraped;
    });
    expect(await service.end()).to.equal(0);
  });

  it('are there, with rules and panels for everything that is measured', () => {
    expect(rules.length).to.be.above(15);
    expect(panelExpressions.length).to.be.above(25);
    const asked = new Set(
      EXPRESSIONS.flatMap(selectorsIn).map(({ name }) => name.replace(/_(bucket|sum|count)$/, '')),
    );
    const measured = [...samples.keys()]
      .filter((sample) => sample.startsWith('agendamento_'))
      .map((sample) => sample.replace(/\{.*/, '').replace(/_(bucket|sum|count)$/, ''));
    expect([...new Set(measured)].filter((name) => !asked.has(name))).to.deep.equal([]);
  });

  for (const expr of EXPRESSIONS) {
    it(`asks for what a scrape has: ${expr.slice(0, 90)}`, () => {
      expect(selectorsIn(expr)).to.not.deep.equal([]);
      expect(missingFor(expr, samples, OTHERS)).to.deep.equal([]);
    });
  }

  it('every alert says how grave it is, what is the matter and what to look at', () => {
    for (const { alert, labels, annotations } of rules) {
      if (alert === undefined) continue;
      expect(alert).to.match(/^Agendamento[A-Z]\w+$/);
      expect(labels?.severity, alert).to.be.oneOf(['warning', 'critical']);
      expect(annotations?.summary, alert).to.be.a('string');
      expect(annotations?.description, alert).to.be.a('string');
    }
  });

  it('every alarm but the one that event mode tells has an alert', () => {
    const alarms = [...samples.keys()].flatMap(
      (one) => /^agendamento_alarm\{alarm="([^"]*)"/.exec(one)?.[1] ?? [],
    );
    const alerted = rules.flatMap(({ expr }) => /alarm="([^"]*)"/.exec(expr)?.[1] ?? []);
    expect([...alerted, 'events-degraded']).to.have.members(alarms);
  });

  it('the dashboard asks whichever data source is chosen', () => {
    const [source] = dashboard.templating.list;
    expect(source).to.include({ name: 'datasource', type: 'datasource', query: 'prometheus' });
    const text = JSON.stringify(dashboard);
    const sources = new Set([...text.matchAll(/"uid":"(\$\{\w+\})"/g)].map(([, uid]) => uid));
    expect([...sources]).to.deep.equal([`\${datasource}`]);
    for (const { type, title, targets } of dashboard.panels) {
      if (type !== 'row') expect(targets, title).to.not.deep.equal([]);
    }
  });
});
