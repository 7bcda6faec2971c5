import { html, type Markup } from './markup.ts';

/** Text in which what stands between backticks is code. */
export function prose(text: string): Markup[] {
  return text
    .split('`')
    .map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}

/** A value as JSON to read. */
export function source(value: unknown): Markup {
  return html`<pre>${JSON.stringify(value, null, 2)}</pre>`;
}
