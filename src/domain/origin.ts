/** Scheme and authority: an authority is all but `/`, `?`, `#`, `\`, blanks and control characters. */
const ORIGIN = /^https?:\/\/[!"$-.0->@-[\]-~\u0080-\uffff]*/i;

/**
 * The receiver a URL names: scheme, host and port in lower case, without a default port; empty when it
 * names none. As it is spelled, not as it resolves. `store/lua/includes/origin.lua` has the same rule, and
 * a test holds both together.
 */
export function originOf(url: string): string {
  const origin = lowerAscii(ORIGIN.exec(url)?.[0] ?? '');
  const defaultPort = origin.startsWith('https:') ? /:443$/ : /:80$/;
  return origin.replace(defaultPort, '').replace(/:$/, '');
}

/** As Lua does it, which leaves what is not ASCII alone. */
function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
