import type { ApiTexts } from '../locale/openapi-texts.ts';
import { COMMON_HEADER } from './answer-headers.ts';
import type { OpenApiDocument } from './document.ts';
import { html, type Markup } from './markup.ts';
import { propertyRows, schemaLinks, table } from './page-schema.ts';
import { prose, source } from './page-text.ts';
import type { Json } from './portable.ts';

type Words = ApiTexts['page'];

/** One method of one path, as the document has it. */
export interface Shown {
  readonly path: string;
  readonly method: string;
  readonly operation: Json;
}

/** Everything about one operation. */
export function renderOperation(document: OpenApiDocument, shown: Shown, words: Words): Markup {
  const { path, method, operation } = shown;
  const { operationId, summary, description, requestBody, responses, parameters } = operation;
  const [needed] = operation.security as { bearer: readonly string[] }[];
  const open = needed === undefined;
  const body = requestBody as { content: Json } | undefined;
  return html`<article id="${String(operationId)}">
<div class="line">${methodBadge(method)} <code>${path}</code> <h3>${String(summary)}</h3>
<span class="soft">${open ? words.open : `${words.token} ${needed.bearer.join()}`}</span></div>
<p>${prose(String(description))}</p>
<pre>${curl(shown, open)}</pre>
${renderParameters(document, parameters as Json[] | undefined, words)}
${body && renderBody(document, body.content, words)}
<h4>${words.answers}</h4>
${Object.entries(responses as Record<string, Json>).map(renderAnswer)}
</article>
`;
}

/** A method, in its colour. */
export function methodBadge(method: string): Markup {
  return html`<span class="method ${method}">${method.toUpperCase()}</span>`;
}

function renderParameters(
  document: OpenApiDocument,
  parameters: readonly Json[] | undefined,
  words: Words,
): Markup | undefined {
  if (parameters === undefined) return undefined;
  const rows = parameters
    .map((parameter) => resolve(document, parameter))
    .map(({ name, in: place, required, description, schema }) => ({
      name: String(name),
      notes: [String(place), ...(required === true ? [words.required] : [])],
      description,
      schema: schema as Json,
    }));
  return html`<h4>${words.parameters}</h4>${table(rows)}`;
}

/** Its fields; an example is in the command line. */
function renderBody(document: OpenApiDocument, content: Json, words: Words): Markup {
  const shown = Object.entries(content).map(([type, media]) => {
    const { schema } = media as { schema: Json };
    const rows = propertyRows(resolve(document, schema), words.required);
    return html`<p><code>${type}</code> ${schemaLinks(schema)}</p>${table(rows)}`;
  });
  return html`<h4>${words.body}</h4>${shown}`;
}

function renderAnswer([status, { description, headers, content }]: [string, Json]): Markup {
  const names = Object.keys(headers ?? {}).filter((name) => name !== COMMON_HEADER);
  return html`<details><summary><code>${status}</code> ${prose(String(description))}
<span class="soft">${names.join(', ')}</span></summary>
${renderContent(content as Json)}</details>
`;
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
      : [
          "-H 'Content-Type: application/json'",
          `-d '${JSON.stringify(example, null, 2).replaceAll('\n', '\n  ')}'`,
        ]),
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
