/**
 * Puts text between the markers `<!-- name -->` and `<!-- /name -->` of a document, on lines of its own.
 * @throws when the document has no such markers
 */
export function replaceBetween(document: string, name: string, text: string): string {
  const between = new RegExp(`(<!-- ${name} -->)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!between.test(document)) throw new Error(`no markers for ${name}`);
  return document.replace(between, (_all, start, end) => `${start}\n${text}\n${end}`);
}
