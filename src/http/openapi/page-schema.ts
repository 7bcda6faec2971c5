import { html, type Markup } from './markup.ts';
import { prose } from './page-text.ts';
import type { Json } from './portable.ts';

/** Keywords that say in two words what they ask for; the rest stands in the schema itself. */
const TOLD = [
  'format',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'maxProperties',
  'uniqueItems',
  'default',
];

/** One row of a table: a field, parameter or member. */
interface Row {
  readonly name: string;
  /** Beside the name, in small. */
  readonly notes: readonly string[];
  readonly schema: Json;
  readonly description: unknown;
}

/** Rows as a table. */
export function table(rows: readonly Row[]): Markup {
  return html`<div class="table"><table>${rows.map(
    ({ name, notes, schema, description }) =>
      html`<tr><td><code>${name}</code> <span class="soft">${notes.join(', ')}</span></td>
<td>${prose(String(description ?? ''))}<div class="soft"><code>${typeOf(schema)}</code></div></td></tr>`,
  )}</table></div>`;
}

/** Every property of a schema, those of its properties after it, as `retry.backoff.kind`. */
export function propertyRows(schema: Json, required: string, path = ''): Row[] {
  const needed = (schema.required as readonly string[] | undefined) ?? [];
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  return properties.flatMap(([name, property]) => [
    {
      name: path + name,
      notes: needed.includes(name) ? [required] : [],
      schema: property,
      description: property.description,
    },
    ...propertyRows(insideOf(property), required, `${path}${name}.`),
  ]);
}

/** Where the properties of a property are: of a list, in its items. */
function insideOf(property: Json): Json {
  return property.type === 'array' ? (property.items as Json) : property;
}

/** What a value must be, in the words of JSON Schema; what is described elsewhere is a link. */
function typeOf(schema: Json): Markup {
  const told = TOLD.filter((name) => schema[name] !== undefined).map(
    (name) => ` · ${name} ${String(schema[name])}`,
  );
  return html`${kindOf(schema)}${told}`;
}

function kindOf(schema: Json): Markup {
  const { $ref, type, items, oneOf, allOf } = schema;
  if ($ref !== undefined) {
    const name = String($ref).slice(String($ref).lastIndexOf('/') + 1);
    return html`<a href="#${name}">${name}</a>`;
  }
  const alternatives = (oneOf ?? allOf) as readonly Json[] | undefined;
  if (type === undefined && alternatives !== undefined) {
    return html`${alternatives.map((one, i) => html`${i === 0 ? '' : ' | '}${kindOf(one)}`)}`;
  }
  if (type === 'array') return html`[ ${kindOf((items ?? {}) as Json)} ]`;
  const values = (schema.enum as readonly unknown[] | undefined) ?? [schema.const];
  if (values[0] !== undefined) {
    return html`${values.map((value) => JSON.stringify(value)).join(' | ')}`;
  }
  return html`${[type ?? 'JSON'].flat().join(' | ')}`;
}

/** The names of the schemas a schema is made of, as links. */
export function schemaLinks(schema: unknown): Markup[] {
  const names = JSON.stringify(schema).matchAll(/"#\/components\/schemas\/(\w+)"/g);
  return [...names].map(([, name]) => html`<a href="#${name}">${name}</a> `);
}
