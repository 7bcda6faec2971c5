import { expect } from 'chai';
import { API_TEXTS } from '../../../../src/http/locale/openapi-texts.ts';
import { describeApi } from '../../../../src/http/openapi/document.ts';
import { html } from '../../../../src/http/openapi/markup.ts';
import { OPERATIONS } from '../../../../src/http/openapi/operations.ts';
import { PAGE_POLICY, renderPage } from '../../../../src/http/openapi/page.ts';

describe('http: openapi page', () => {
  for (const locale of ['pt-BR', 'en'] as const) {
    it(`shows every operation and schema in ${locale}, and links to nothing that is not there`, () => {
      const document = describeApi({ locale, maxTimeoutMs: 1000, version: '1.2.3' });
      const page = renderPage(document, { language: locale, words: API_TEXTS[locale].page });
      const ids = [...page.matchAll(/ id="(\w+)"/g)].map(([, id]) => id);
      const operations = Object.values(document.paths).flatMap((methods) =>
        Object.values(methods).map(({ operationId }) => operationId),
      );
      expect(ids).to.have.members([
        ...operations,
        ...Object.keys(document.components.schemas ?? {}),
      ]);
      const links = [...page.matchAll(/href="#(\w+)"/g)].map(([, id]) => id);
      expect(ids).to.include.members(links);
      expect(page).to.include(`<html lang="${locale}">`).and.to.include('1.2.3');
    });
  }

  it('asks for nothing from outside, and runs no script', () => {
    const document = describeApi({ locale: 'en', maxTimeoutMs: 1000, version: '1' });
    const page = renderPage(document, { language: 'en', words: API_TEXTS.en.page });
    expect(page).not.to.match(/<(?:script|link|img|iframe)|\s(?:src|on\w+)=|@import|url\(/i);
    expect(PAGE_POLICY).to.match(/^default-src 'none'; style-src 'sha256-[\w+/]+=*';/);
  });

  it('gives a command line for each operation, with the query it needs', () => {
    const document = describeApi({
      locale: 'en',
      maxTimeoutMs: 1000,
      version: '1',
      operations: OPERATIONS,
    });
    const page = renderPage(document, { language: 'en', words: API_TEXTS.en.page });
    expect(page).to.include('curl -X DELETE &quot;$API_URL/messages?confirm=delete&quot;');
    expect(page).to.include('curl -X GET &quot;$API_URL/health&quot;</pre>');
  });

  it('escapes what is put into it', () => {
    const made = html`<b title="${'"'}">${'<script>'}${["&'", 1]}${undefined}${html`<i>`}</b>`;
    expect(made.source).to.equal('<b title="&quot;">&lt;script&gt;&amp;&#39;1<i></b>');
  });
});
