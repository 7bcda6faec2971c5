import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { expect } from 'chai';
import type { OpenApiDocument } from '../../src/http/openapi/document.ts';
import { type Answer, expectSecured } from './api.ts';

type Node = Readonly<Record<string, unknown>>;

/** What the document says, ready to hold answers against. */
export interface Description {
  /** Fails unless an answer's status, type, headers and body are as described. */
  expectDescribed(method: string, path: string, answer: Answer): void;
  /** The same for what no route takes: a named response of the document. */
  expectResponse(name: string, answer: Answer): void;
  /** Every status of every operation, and those that were held against an answer. */
  readonly all: readonly string[];
  readonly seen: ReadonlySet<string>;
}

/** Where a document's part is, as a JSON pointer. */
function pointer(...steps: readonly string[]): string {
  const escaped = steps.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1'));
  return `#/${escaped.join('/')}`;
}

/** Reads a document, so that answers can be held against it. */
export function readDescription(document: OpenApiDocument): Description {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'api');
  const seen = new Set<string>();

  function expectResponse(at: readonly string[], answer: Answer): void {
    const response = at.reduce<unknown>((node, step) => (node as Node)[step], document) as Node;
    const name = `${at.join(' ')} ${answer.status}`;
    expect(response, `${name} is not described: ${answer.text}`).to.be.an('object');
    for (const header of Object.keys((response.headers as Node | undefined) ?? {})) {
      expect(answer.headers, name).to.include.keys(header.toLowerCase());
    }
    expectSecured(answer.headers);
    const [type = ''] = String(answer.headers['content-type']).split(';');
    expect(Object.keys(response.content as Node), name).to.deep.equal([type]);
    const validate = ajv.getSchema(`api${pointer(...at, 'content', type, 'schema')}`);
    const body: unknown = type.endsWith('json') ? JSON.parse(answer.text) : answer.text;
    expect(
      validate?.(body),
      `${name}: ${answer.text} ${JSON.stringify(validate?.errors)}`,
    ).to.equal(true);
  }

  const all = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) =>
      Object.keys(responses as Node).map((status) => `${method} ${path} ${status}`),
    ),
  );
  return {
    expectDescribed(method, path, answer) {
      expectResponse(['paths', path, method, 'responses', String(answer.status)], answer);
      seen.add(`${method} ${path} ${answer.status}`);
    },
    expectResponse: (name, answer) => expectResponse(['components', 'responses', name], answer),
    all,
    seen,
  };
}
