/**
 * The texts of the items of `{"messages": [...]}`, each as the client wrote it; of two such members the last
 * one counts, as it does to `JSON.parse`.
 * @param json valid JSON: an object whose last member is an array
 */
export function itemTexts(json: string): string[] {
  let items: string[] = [];
  let depth = 0;
  let start = 0;
  for (const { char, index } of shapeOf(json)) {
    const opens = char === '[' || char === '{';
    if (opens) depth += 1;
    if (depth === 2 && opens) items = [];
    if (depth === 2 && !opens) items.push(json.slice(start, index));
    if (depth === 2) start = index + 1;
    if (char === ']' || char === '}') depth -= 1;
  }
  return items;
}

/** The characters that shape JSON; none of them counts within a text. */
function* shapeOf(json: string) {
  const shaping = /["[\]{},]/g;
  for (let found = shaping.exec(json); found !== null; found = shaping.exec(json)) {
    const { 0: char, index } = found;
    if (char === '"') shaping.lastIndex = endOfText(json, index);
    else yield { char, index };
  }
}

/** Where the text that begins at a quote ends: past the next quote that no backslash stands for. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end + 1;
  }
}
