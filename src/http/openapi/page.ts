import { createHash } from 'node:crypto';
import type { ApiTexts } from '../locale/openapi-texts.ts';
import type { OpenApiDocument } from './document.ts';
import { html, Markup } from './markup.ts';
import { methodBadge, renderOperation, type Shown } from './page-operation.ts';
import { propertyRows, table } from './page-schema.ts';
import { STYLE } from './page-style.ts';
import { prose, source } from './page-text.ts';
import type { Json } from './portable.ts';

const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** The page needs its own style and nothing else: no script, no outside request. */
export const PAGE_POLICY =
  `default-src 'none'; style-src 'sha256-${styleHash}'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface PageOptions {
  /** BCP 47 tag of the language the document is in. */
  readonly language: string;
  readonly words: ApiTexts['page'];
}

/** The document as a page to read: HTML that works without scripts and without the internet. */
export function renderPage(document: OpenApiDocument, { language, words }: PageOptions): string {
  const { info } = document;
  const groups = groupsOf(document);
  const schemas = Object.entries(document.components.schemas ?? {});
  return html`<!DOCTYPE html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${info.title}</title><style>${new Markup(STYLE)}</style></head>
<body>
<header>
<h1>${info.title} <span class="soft">${info.version}</span></h1>
<p>${prose(info.description)}</p>
<p><a href="/openapi.json">openapi.json</a></p>
</header>
<div class="columns">
${renderContents(groups, schemas, words)}
<main>
${groups.map(
  ({ name, operations }) => html`<section>
<h2>${name}</h2>
${operations.map((shown) => renderOperation(document, shown, words))}</section>
`,
)}
<section>
<h2>${words.schemas}</h2>
${schemas.map(([name, schema]) => renderSchema(name, schema, words))}</section>
</main>
</div>
</body>
</html>
`.source;
}

interface Grouped {
  readonly name: string;
  readonly operations: readonly Shown[];
}

/** The operations by what they have in common, in the order of the document's tags. */
function groupsOf({ tags, paths }: OpenApiDocument): Grouped[] {
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return tags.map(({ name }) => ({
    name,
    operations: all.filter(({ operation }) => (operation.tags as string[]).includes(name)),
  }));
}

function renderContents(
  groups: readonly Grouped[],
  schemas: readonly (readonly [name: string, schema: Json])[],
  words: ApiTexts['page'],
): Markup {
  const operations = groups.map(
    (group) => html`<strong>${group.name}</strong>
<ul>${group.operations.map(
      ({ path, method, operation }) =>
        html`<li><a href="#${String(operation.operationId)}">${methodBadge(method)} ${path}</a></li>`,
    )}</ul>
`,
  );
  return html`<nav aria-label="${words.contents}">
${operations}<details><summary><strong>${words.schemas}</strong></summary>
<ul>${schemas.map(([name]) => html`<li><a href="#${name}">${name}</a></li>`)}</ul></details>
</nav>`;
}

function renderSchema(name: string, schema: Json, words: ApiTexts['page']): Markup {
  const rows = propertyRows(schema, words.required);
  return html`<article id="${name}"><h3>${name}</h3>
${schema.description === undefined ? undefined : html`<p>${prose(String(schema.description))}</p>`}
${rows.length === 0 ? undefined : table(rows)}
<details><summary class="soft">${words.schema}</summary>${source(schema)}</details></article>
`;
}
