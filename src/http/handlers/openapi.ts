import { readFileSync } from 'node:fs';
import type { RouterContext } from '@koa/router';
import { API_TEXTS } from '../locale/openapi-texts.ts';
import { type DocumentOptions, describeApi } from '../openapi/document.ts';
import { PAGE_POLICY, renderPage } from '../openapi/page.ts';

/** At the same depth below the package, as source and as build. */
const PACKAGE = new URL('../../../package.json', import.meta.url);

export type DescriptionHandlers = ReturnType<typeof descriptionHandlers>;

/** `GET /openapi.json` and `GET /docs`: what the API is, made once. */
export function descriptionHandlers({
  locale,
  maxTimeoutMs,
}: Pick<DocumentOptions, 'locale' | 'maxTimeoutMs'>) {
  const { version } = JSON.parse(readFileSync(PACKAGE, 'utf8')) as { version: string };
  const document = describeApi({ locale, maxTimeoutMs, version });
  const text = JSON.stringify(document);
  const html = renderPage(document, { language: locale, words: API_TEXTS[locale].page });

  return {
    document(ctx: RouterContext): void {
      ctx.body = text;
      ctx.type = 'application/json';
    },

    page(ctx: RouterContext): void {
      ctx.set('content-security-policy', PAGE_POLICY);
      ctx.body = html;
      ctx.type = 'text/html';
    },
  };
}
