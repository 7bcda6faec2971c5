const isOpening = (char: string) => char === '[' || char === '{';
const isClosing = (char: string) => char === ']' || char === '}';

/** What shapes JSON, by its code: much faster to look up than to match. */
const SHAPING = new Map([...'"[]{},'].map((char) => [char.charCodeAt(0), char]));

/**
 * The texts of the items of `{"messages": [...]}`, each as the client wrote it; of two such members the last
 * one counts, as it does to `JSON.parse`.
 * @param json valid JSON: an object whose last member is an array
 */
export function itemTexts(json: string): string[] {
  let items: string[] = [];
  let depth = 0;
  let start = 0;
  forEachShaping(json, (char, index) => {
    const opens = isOpening(char);
    if (opens) depth += 1;
    if (depth === 2 && opens) items = [];
    if (depth === 2 && !opens) items.push(json.slice(start, index));
    if (depth === 2) start = index + 1;
    if (isClosing(char)) depth -= 1;
  });
  return items;
}

/** Calls back for every character that shapes JSON; none of them counts within a text. */
function forEachShaping(json: string, visit: (char: string, index: number) => void): void {
  for (let index = 0; index < json.length; index += 1) {
    const char = SHAPING.get(json.charCodeAt(index));
    if (char === '"') index = endOfText(json, index);
    else if (char !== undefined) visit(char, index);
  }
}

/** Where the text that begins at a quote ends: at the next quote that no backslash stands for. */
function endOfText(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); ; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return end;
  }
}
