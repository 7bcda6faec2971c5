import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import type { Context, Middleware } from 'koa';
import type { Access } from '../../../../src/http/auth.ts';
import type { MessageHandlers } from '../../../../src/http/handlers/messages.ts';
import { localeOf } from '../../../../src/http/locale/locale.ts';
import { describeApi, type OpenApiDocument } from '../../../../src/http/openapi/document.ts';
import { OPERATIONS } from '../../../../src/http/openapi/operations.ts';
import { portable } from '../../../../src/http/openapi/portable.ts';
import type { ProblemError } from '../../../../src/http/problems.ts';
import { createRouter, OPEN_PATHS } from '../../../../src/http/routes.ts';
import { createBodyChecks } from '../../../../src/http/validation.ts';

type Node = Readonly<Record<string, unknown>>;

const MAX_TIMEOUT_MS = 10_000;

/** Formats any tool knows. */
const COMMON_FORMATS = ['date-time', 'duration', 'uri'];

function describeIn(locale: 'pt-BR' | 'en'): OpenApiDocument {
  const operations = OPERATIONS;
  return describeApi({ locale, maxTimeoutMs: MAX_TIMEOUT_MS, version: '1.2.3', operations });
}

/** Every object in a document, itself included. */
function nodesOf(value: unknown): Node[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(nodesOf);
  return Array.isArray(value) ? inner : [value as Node, ...inner];
}

function operationsOf({ paths }: OpenApiDocument) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

/** What a parameter or a body gives as examples. */
function examplesOf({ example, examples = {} }: Node): unknown[] {
  const named = Object.values(examples as Record<string, Node>).map(({ value }) => value);
  return example === undefined ? named : [example, ...named];
}

/** The schemas of a document as JSON Schema of their own, under the strictest rules ajv has. */
function strictSchemas(document: OpenApiDocument) {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false });
  addFormats.default(ajv);
  const text = JSON.stringify(document).replaceAll('#/components/schemas/', 'api#/$defs/');
  const moved = JSON.parse(text) as OpenApiDocument;
  ajv.addSchema({ $id: 'api', $defs: moved.components.schemas });
  return { ajv, moved };
}

/** What the first of a route's middlewares asks of a token. */
function accessOf(middleware: Middleware): Access {
  const passed = () => Promise.resolve();
  try {
    void middleware({ state: {} } as Context, passed);
    return 'open';
  } catch (error) {
    return (error as ProblemError).subject as Access;
  }
}

/** Every route: method, path, and what it asks of a token. */
function routesOfRouter(): string[] {
  const noHandler = () => undefined;
  const anyHandlers = new Proxy({}, { get: () => noHandler });
  const router = createRouter({
    probes: { health: noHandler, livez: noHandler, readyz: noHandler },
    messages: anyHandlers as MessageHandlers,
    batch: noHandler,
    metrics: noHandler,
    bulk: anyHandlers as Parameters<typeof createRouter>[0]['bulk'],
    reads: anyHandlers as Parameters<typeof createRouter>[0]['reads'],
    description: anyHandlers as Parameters<typeof createRouter>[0]['description'],
    webhookKeys: noHandler,
    bodyLimitBytes: 1,
    batchLimitBytes: 1,
  });
  return router.stack.flatMap(({ path, methods, stack }) => {
    const described = String(path).replaceAll(/:(\w+)/g, '{$1}');
    const access = accessOf(stack[0] as unknown as Middleware);
    return methods
      .filter((method) => method !== 'HEAD')
      .map((method) => `${method.toLowerCase()} ${described} ${access}`);
  });
}

/** The same of an operation, as the document has it. */
function accessOfOperation({ security }: Node): string {
  const [needed] = security as { bearer: Access[] }[];
  return needed === undefined ? 'open' : needed.bearer.join();
}

describe('http: openapi document', () => {
  it('describes every route of the router, what it asks of a token, and no other', () => {
    const document = describeApi({ locale: 'en', maxTimeoutMs: MAX_TIMEOUT_MS, version: '1' });
    const described = operationsOf(document).map(
      ({ method, path, operation }) => `${method} ${path} ${accessOfOperation(operation)}`,
    );
    expect(described).to.have.members(routesOfRouter());
  });

  it('has an example of every JSON body but its own', () => {
    const bodies = operationsOf(describeIn('en')).flatMap(({ path, operation }) =>
      nodesOf(operation).map((node) => ({ path, ...(node['application/json'] as Node) })),
    );
    const bare = bodies.filter(
      ({ path: _, ...media }) => 'schema' in media && !('example' in media),
    );
    expect(bare.map(({ path }) => path)).to.deep.equal(['/openapi.json']);
  });

  it('asks for no token exactly where none is needed', () => {
    const open = OPERATIONS.filter(({ access }) => access === 'open');
    expect(open.map(({ path }) => path)).to.have.members([...OPEN_PATHS]);
  });

  for (const locale of ['pt-BR', 'en'] as const) {
    it(`is whole in ${locale}: references, parameters, names, responses`, () => {
      const document = describeIn(locale);
      expect(document.openapi).to.equal('3.1.0');
      for (const { $ref } of nodesOf(document)) {
        if ($ref === undefined) continue;
        const [, ...steps] = String($ref).split('/');
        const target = steps.reduce<unknown>((node, step) => (node as Node)?.[step], document);
        expect(target, String($ref)).to.be.an('object');
      }
      const operations = operationsOf(document);
      const ids = operations.map(({ operation }) => operation.operationId);
      expect(new Set(ids).size).to.equal(ids.length);
      for (const { path, method, operation } of operations) {
        const inPath = JSON.stringify(operation.parameters ?? []).includes('parameters/id"');
        expect(inPath, `${method} ${path}`).to.equal(path.includes('{id}'));
        expect(operation.summary, `${method} ${path}`).to.be.a('string');
        for (const response of Object.values(operation.responses as Node)) {
          expect(response).to.have.property('description').that.is.not.equal('');
        }
      }
    });

    it(`has schemas in ${locale} that compile, and examples that fit them`, () => {
      const { ajv, moved } = strictSchemas(describeIn(locale));
      for (const name of Object.keys(moved.components.schemas ?? {})) {
        expect(() => ajv.getSchema(`api#/$defs/${name}`), name).not.to.throw();
      }
      for (const { schema, ...node } of nodesOf([moved.paths, moved.components])) {
        if (schema === undefined) continue;
        const validate = ajv.compile(schema as Node);
        for (const value of examplesOf(node)) {
          expect(validate(value), JSON.stringify([value, validate.errors])).to.equal(true);
        }
      }
    });

    it(`knows no format in ${locale} that is ours alone`, () => {
      const formats = nodesOf(describeIn(locale)).map(({ format }) => format);
      const used = new Set(formats.filter((format) => typeof format === 'string'));
      expect(COMMON_FORMATS).to.include.members([...used] as string[]);
    });
  }

  it('refuses to describe a format it does not know', () => {
    expect(() => portable({ format: 'secret' }, localeOf('en'))).to.throw('secret');
    expect(portable({ properties: { format: { type: 'string' } } }, localeOf('en'))).to.deep.equal({
      properties: { format: { type: 'string' } },
    });
  });
});

describe('http: openapi document, next to the checks', () => {
  const { ajv } = strictSchemas(describeIn('en'));
  const described = ajv.getSchema('api#/$defs/NewMessage');
  const check = createBodyChecks(MAX_TIMEOUT_MS).newMessage;
  const good = { scheduleTo: '2099-01-01', payload: 1, webhookUrl: 'https://example.com/' };

  const accepts = (body: unknown) => {
    try {
      check(body);
      return true;
    } catch {
      return false;
    }
  };

  for (const [over, expected] of [
    [{}, true],
    [{ id: '5511999999999@s.whatsapp.net' }, true],
    [{ id: '..' }, false],
    [{ id: 'a\u0000' }, false],
    [{ scheduleTo: '2099-01-01T10:00:00-03:00' }, true],
    [{ scheduleTo: 'tomorrow' }, false],
    [{ webhookUrl: 'ftp://example.com/' }, false],
    [{ webhookUrl: 'HTTP://example.com/' }, true],
    [{ timeoutMs: MAX_TIMEOUT_MS + 1 }, false],
    [{ headers: { 'x-a': 'b' } }, true],
    [{ headers: { 'x a': 'b' } }, false],
    [{ headers: { 'x-a': 'b\n' } }, false],
    [{ method: 'TRACE' }, false],
    [{ tags: ['a', 'a'] }, false],
    [{ retry: { backoff: { kind: 'fixed', baseMs: -1 } } }, false],
    [{ colour: 'red' }, false],
  ] as const) {
    it(`both ${expected ? 'accept' : 'refuse'} ${JSON.stringify(over)}`, () => {
      const body = { ...good, ...over };
      expect([accepts(body), described?.(body)]).to.deep.equal([expected, expected]);
    });
  }
});
