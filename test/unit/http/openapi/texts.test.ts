import { expect } from 'chai';
import { API_TEXTS } from '../../../../src/http/locale/openapi-texts.ts';
import { describeApi, type OpenApiDocument } from '../../../../src/http/openapi/document.ts';
import { renderPage } from '../../../../src/http/openapi/page.ts';
import { prose } from '../../../../src/http/openapi/page-text.ts';

type Node = Readonly<Record<string, unknown>>;

const LOCALES = ['pt-BR', 'en'] as const;
const documents = {
  'pt-BR': describeApi({ locale: 'pt-BR', maxTimeoutMs: 1000, version: '1' }),
  en: describeApi({ locale: 'en', maxTimeoutMs: 1000, version: '1' }),
};

/** Members of the document that people read. */
const READ = new Set(['title', 'summary', 'description']);

/** Path → text, for every text of a tree of which `reads` says that people read it. */
function texts(tree: unknown, reads: (name: string) => boolean = () => true): Map<string, string> {
  const found = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    for (const [name, part] of Object.entries(value as Node)) {
      if (typeof part === 'string') {
        if (reads(name)) found.set(`${path}/${name}`, part);
      } else if (typeof part === 'object' && part !== null) walk(part, `${path}/${name}`);
    }
  };
  walk(tree, '');
  return found;
}

/** What the document has in an example is no text of its own. */
function withoutExamples(document: OpenApiDocument): unknown {
  return JSON.parse(JSON.stringify(document), (name, value: unknown) =>
    name === 'example' || name === 'examples' ? undefined : value,
  );
}

const textsOf = (document: OpenApiDocument) =>
  texts(withoutExamples(document), (name) => READ.has(name));

/** Path → node, for everything of which the document must say what it is. */
function toDescribe({ paths, components }: OpenApiDocument): [path: string, node: Node][] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, node]) => [`${method} ${path}`, node] as [string, Node]),
  );
  const { parameters = {}, headers = {}, responses = {}, schemas = {} } = components;
  return [
    ...operations,
    ...operations.flatMap(([name, { responses: own, parameters: some = [] }]) => [
      ...entries(own, name),
      ...entries(some, name).filter(([, node]) => node.$ref === undefined),
    ]),
    ...[parameters, headers, responses].flatMap((part) => entries(part, 'components')),
    ...entries(schemas, 'schemas').flatMap(([name, schema]) => propertiesOf(schema, name)),
  ];
}

function entries(part: unknown, under: string): [string, Node][] {
  return Object.entries(part as Node).map(([name, node]) => [`${under} ${name}`, node as Node]);
}

/** The properties of a schema, and of all it is made of. */
function propertiesOf(schema: unknown, under: string): [string, Node][] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, ...rest } = schema as Node;
  const own = entries(properties, under);
  const inner = [...own, ...entries(rest, under)];
  return [...own, ...inner.flatMap(([name, part]) => propertiesOf(part, name))];
}

describe('http: openapi texts', () => {
  it('are the same in number in every language', () => {
    const [first, second] = LOCALES.map((locale) => [...textsOf(documents[locale]).keys()]);
    expect(first).to.deep.equal(second).and.to.have.length.above(200);
  });

  it('differ from language to language: one left in the other language would be the same', () => {
    const portuguese = textsOf(documents['pt-BR']);
    const same = [...textsOf(documents.en)].filter(([path, text]) => portuguese.get(path) === text);
    expect(same).to.deep.equal([]);
    const groups = LOCALES.map((locale) => documents[locale].tags.map(({ name }) => name));
    expect(groups[0]).not.to.have.any.members(groups[1] ?? []);
  });

  for (const locale of LOCALES) {
    it(`say what everything in the document is (${locale})`, () => {
      const nodes = toDescribe(documents[locale]);
      expect(nodes).to.have.length.above(200);
      const silent = nodes.filter(([, { description }]) => String(description ?? '').trim() === '');
      expect(silent.map(([path]) => path)).to.deep.equal([]);
    });

    it(`are all used, in the document or on its page (${locale})`, () => {
      const document = JSON.stringify(documents[locale]);
      const words = API_TEXTS[locale].page;
      const page = renderPage(documents[locale], { language: locale, words });
      const unused = [...texts(API_TEXTS[locale])].filter(([, text]) => {
        const shown = prose(text).map(({ source }) => source);
        return (
          !document.includes(JSON.stringify(text).slice(1, -1)) && !page.includes(shown.join(''))
        );
      });
      expect(unused).to.deep.equal([]);
    });
  }
});
