import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'chai';
import { describeApi, type OpenApiDocument } from '../../../../src/http/openapi/document.ts';

/** What the official schema of OpenAPI 3.1 finds wrong with a document. */
async function faultsOf(document: OpenApiDocument): Promise<unknown> {
  const validator = new Validator();
  // As a client gets it; the validator may change what it is given.
  const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(document)));
  expect(validator.version).to.equal('3.1');
  return valid ? 'none' : errors;
}

describe('http: openapi document, by the official schema', () => {
  for (const locale of ['pt-BR', 'en'] as const) {
    it(`is valid OpenAPI 3.1 in ${locale}`, async () => {
      const document = describeApi({ locale, maxTimeoutMs: 30_000, version: '1.2.3' });
      expect(await faultsOf(document)).to.equal('none');
    });
  }

  it('would not be valid with a response that says nothing', async () => {
    const document = describeApi({ locale: 'en', maxTimeoutMs: 30_000, version: '1.2.3' });
    const paths = { ...document.paths, '/more': { get: { responses: { 200: {} } } } };
    expect(await faultsOf({ ...document, paths })).not.to.equal('none');
  });
});
