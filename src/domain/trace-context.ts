/**
 * The W3C trace context a request came with (https://www.w3.org/TR/trace-context/). We make no spans of our
 * own: what follows from the request is told exactly what the request was told.
 */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/** Version, trace id, parent id and flags; a version after the first may add to them. */
const TRACEPARENT =
  /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:(?<!^00.*)-[!-~]{0,64})?$/;

/** A list of `key=value`; spaces around its commas, and empty members. */
const MEMBER = String.raw`[a-z\d][\w*/@-]{0,255}=[ -+\--<>-~]{0,255}[!-+\--<>-~]`;
const TRACESTATE = new RegExp(`^[ \\t]*(?:${MEMBER})?(?:[ \\t]*,[ \\t]*(?:${MEMBER})?)*[ \\t]*$`);

/** Longest tracestate that is handed on, in characters: what the specification asks of everyone. */
const TRACESTATE_LENGTH = 512;

/**
 * Reads the headers of a trace context. What is not as specified counts as not given, as the specification
 * has it: a tracestate by itself, both with the traceparent.
 */
export function parseTraceContext(
  traceparent: string | undefined,
  tracestate: string | null | undefined,
): TraceContext | undefined {
  if (traceparent === undefined || !TRACEPARENT.test(traceparent)) return undefined;
  const isState = tracestate != null && isTracestate(tracestate);
  return isState ? { traceparent, tracestate } : { traceparent };
}

function isTracestate(text: string): boolean {
  return text !== '' && text.length <= TRACESTATE_LENGTH && TRACESTATE.test(text);
}

/** The id all spans of a trace have in common: 32 hexadecimal digits. */
export function traceIdOf({ traceparent }: TraceContext): string {
  return traceparent.slice(3, 35);
}
