/** An attribute's value; `undefined` leaves it out. */
type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Characters that mean something in XML. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

/**
 * One element as text.
 * @param children markup, as it is: texts come through `text`
 */
export function element(name: string, attributes: Attributes, children: string[] = []): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(shorten(value))}"`)
    .join('');
  return children.length === 0
    ? `<${name}${written}/>`
    : `<${name}${written}>${children.join('')}</${name}>`;
}

/** Text at a place; it stays text, to be searched, copied and read aloud. */
export function text(x: number, y: number, content: string, attributes: Attributes = {}): string {
  return element('text', { x, y, ...attributes }, [escapeXml(content)]);
}

/** A tenth of a pixel is enough. */
function shorten(value: string | number | undefined): string {
  return typeof value === 'number' ? String(Math.round(value * 10) / 10) : (value ?? '');
}

interface Theme {
  readonly page: string;
  readonly ink: string;
  readonly muted: string;
  readonly rule: string;
  /** Of what is compared: class `s0` is ours. */
  readonly series: readonly string[];
}

const LIGHT: Theme = {
  page: '#ffffff',
  ink: '#1f2328',
  muted: '#59636e',
  rule: '#d1d9e0',
  series: ['#0969da', '#bc4c00', '#8250df'],
};

const DARK: Theme = {
  page: '#0d1117',
  ink: '#f0f6fc',
  muted: '#9198a1',
  rule: '#3d444d',
  series: ['#4493f8', '#f0883e', '#ab7df8'],
};

function colours({ page, ink, muted, rule, series }: Theme): string {
  const lines = series.map(
    (colour, rank) => `.s${rank} .stroke { stroke: ${colour} } .s${rank} .fill { fill: ${colour} }`,
  );
  return [
    `text { fill: ${ink} } .muted { fill: ${muted} }`,
    `.card { fill: ${page}; stroke: ${rule} } .grid { stroke: ${rule} } .hollow { fill: ${page} }`,
    ...lines,
  ].join('\n');
}

/**
 * Light, and dark where the reader's system is dark. The chart brings its own background, so that it can
 * be read when the page around it decides otherwise.
 */
const STYLE = `
text { font: 13px -apple-system, "Segoe UI", "Noto Sans", Helvetica, Arial, sans-serif }
.title { font-size: 16px; font-weight: 600 }
.line { fill: none; stroke-width: 2 }
.p99 { stroke-dasharray: 6 4 }
.hollow { stroke-width: 2 }
text.fill { font-weight: 600 }
${colours(LIGHT)}
@media (prefers-color-scheme: dark) {
${colours(DARK)}
}
`;

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** What it shows, in words, for who does not see it. */
  readonly description: string;
}

/** A whole SVG file. */
export function picture({ width, height, title, description }: Picture, parts: string[]): string {
  const head = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: 'img',
    'aria-labelledby': 'title desc',
  };
  const card = { class: 'card', x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 6 };
  const svg = element('svg', head, [
    element('title', { id: 'title' }, [escapeXml(title)]),
    element('desc', { id: 'desc' }, [escapeXml(description)]),
    element('style', {}, [STYLE]),
    element('rect', card),
    text(20, 32, title, { class: 'title' }),
    ...parts,
  ]);
  return `${svg.replaceAll('><', '>\n<')}\n`;
}
