import { createHash } from 'node:crypto';
import type { OpenApiDocument } from './document.ts';
import { html, Markup } from './markup.ts';
import type { Json } from './portable.ts';
import type { Texts } from './texts.ts';

const STYLE = `
body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}
details{border:1px solid #8886;border-radius:.4rem;margin:.6rem 0;padding:.4rem .8rem}
summary{cursor:pointer}
code,pre{font:.875rem/1.45 ui-monospace,monospace}
pre{overflow:auto;padding:.6rem;background:#8882;border-radius:.3rem}
th,td{text-align:left;vertical-align:top;padding:.15rem .8rem .15rem 0}
.method{display:inline-block;min-width:4.2rem;font-weight:700}
.note{opacity:.7}
`;

const styleHash = createHash('sha256').update(STYLE).digest('base64');

/** The page needs its own style and nothing else: no script, no outside request. */
export const PAGE_POLICY =
  `default-src 'none'; style-src 'sha256-${styleHash}'; ` +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export interface PageOptions {
  /** BCP 47 tag of the language the document is in. */
  readonly language: string;
  readonly words: Texts['page'];
}

/** The document as a page to read: HTML that works without scripts and without the internet. */
export function renderPage(document: OpenApiDocument, { language, words }: PageOptions): string {
  const { info, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) =>
      renderOperation(document, { path, method, operation }, words),
    ),
  );
  const schemas = Object.entries(components.schemas ?? {}).map(
    ([name, schema]) =>
      html`<details id="${name}"><summary><code>${name}</code></summary>${source(schema)}</details>`,
  );
  return html`<!DOCTYPE html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${info.title}</title><style>${new Markup(STYLE)}</style></head>
<body>
<h1>${info.title} <small class="note">${info.version}</small></h1>
<p>${prose(info.description)}</p>
<p><a href="/openapi.json">openapi.json</a></p>
${operations}
<h2>${words.schemas}</h2>
${schemas}
</body>
</html>
`.source;
}

interface Shown {
  readonly path: string;
  readonly method: string;
  readonly operation: Json;
}

function renderOperation(document: OpenApiDocument, shown: Shown, words: Texts['page']): Markup {
  const { path, method, operation } = shown;
  const { operationId, summary, requestBody, responses, parameters } = operation;
  const open = operation.security !== undefined;
  const body = requestBody as { content: Json } | undefined;
  return html`<details id="${String(operationId)}">
<summary><span class="method">${method.toUpperCase()}</span> <code>${path}</code> ${String(summary)}
<span class="note">(${open ? words.open : words.token})</span></summary>
<pre>${curl(shown, open)}</pre>
${renderParameters(document, parameters as Json[] | undefined, words)}
${body && html`<h4>${words.body}</h4>${renderContent(body.content)}`}
<h4>${words.answers}</h4>
${Object.entries(responses as Record<string, Json>).map(renderAnswer)}
</details>
`;
}

function renderParameters(
  document: OpenApiDocument,
  parameters: readonly Json[] | undefined,
  words: Texts['page'],
): Markup | undefined {
  if (parameters === undefined) return undefined;
  const rows = parameters
    .map((parameter) => resolve(document, parameter))
    .map(
      ({ name, in: place, required, description, schema }) =>
        html`<tr><td><code>${String(name)}</code><br><span class="note">${String(place)}${
          required === true ? `, ${words.required}` : ''
        }</span></td><td>${prose(String(description))}<br><code>${JSON.stringify(schema)}</code></td></tr>`,
    );
  return html`<h4>${words.parameters}</h4><table>${rows}</table>`;
}

function renderAnswer([status, { description, headers, content }]: [string, Json]): Markup {
  const names = Object.keys(headers ?? {});
  return html`<details><summary><code>${status}</code> ${String(description)}
${names.length === 0 ? undefined : html`<span class="note">${names.join(', ')}</span>`}</summary>
${renderContent(content as Json)}</details>`;
}

/** Type, schema and examples of a body. */
function renderContent(content: Json): Markup[] {
  return Object.entries(content).map(([type, media]) => {
    const { schema, example, examples = {} } = media as Json;
    const shown = Object.values(examples as Record<string, Json>).map(({ value }) => value);
    return html`<p><code>${type}</code> ${schemaLinks(schema)}</p>${[
      ...(example === undefined ? [] : [example]),
      ...shown,
    ].map(source)}`;
  });
}

/** Links to the schemas a schema is made of. */
function schemaLinks(schema: unknown): Markup[] {
  const names = JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g);
  return [...names].map(([, name]) => html`<a href="#${name}">${name}</a> `);
}

/** Follows a reference within the document. */
function resolve({ components }: OpenApiDocument, part: Json): Json {
  const [, kind, name] = /^#\/components\/(\w+)\/(.+)$/.exec(String(part.$ref)) ?? [];
  return components[kind ?? '']?.[name ?? ''] ?? part;
}

/** A command line that makes the request. */
function curl({ path, method, operation }: Shown, open: boolean): string {
  const body = operation.requestBody as { content: Record<string, Json> } | undefined;
  const example = body?.content['application/json']?.example;
  const lines = [
    `curl -X ${method.toUpperCase()} "$API_URL${path}${neededQuery(operation)}"`,
    ...(open ? [] : ['-H "Authorization: Bearer $API_TOKEN"']),
    ...(example === undefined
      ? []
      : ["-H 'Content-Type: application/json'", `-d '${JSON.stringify(example)}'`]),
  ];
  return lines.join(' \\\n  ');
}

/** The query a request must have; what is needed has one possible value. */
function neededQuery({ parameters = [] }: Json): string {
  const needed = (parameters as Json[]).filter(
    (one) => one.in === 'query' && one.required === true,
  );
  const pairs = needed.map(
    ({ name, schema }) => `${String(name)}=${String((schema as Json).const)}`,
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
}

function source(value: unknown): Markup {
  return html`<pre>${JSON.stringify(value, null, 2)}</pre>`;
}

/** Text in which what stands between backticks is code. */
function prose(text: string): Markup[] {
  return text
    .split('`')
    .map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
