import fc from 'fast-check';

/** Set FUZZ_SEED to the seed in a failed test's title to run the same requests again. */
export const SEED = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

/** Set FUZZ_FACTOR to run that many times as much. */
export const FACTOR = Number(process.env.FUZZ_FACTOR ?? 1);

/** A right value `share` times as often as one of the others. */
export function mostly<T>(share: number, right: fc.Arbitrary<T>, ...others: fc.Arbitrary<T>[]) {
  const rest = others.map((arbitrary) => ({ weight: 1, arbitrary }));
  return fc.oneof({ weight: share, arbitrary: right }, ...rest);
}

export const anyText = fc.string({ unit: 'binary' });

/** Few enough for ids to meet again. */
export const knownId = fc.constantFrom('a', 'b/c', 'ação', '%', '5511999999999@s.whatsapp.net');

/** What node's client lets through in a path: no control characters and no spaces. */
export const pathPart = fc.oneof(
  fc.stringMatching(/^[!-~]{0,30}$/),
  fc.string({ unit: 'grapheme' }).map(encodeURIComponent),
);

const headerText = fc.stringMatching(/^[ -~\u00a0-\u00ff]{0,40}$/);

/** Headers that change how a request is read. */
export const oddHeaders = fc.record(
  {
    'content-type': fc.oneof(
      fc.constantFrom('application/json; charset=x', 'text/plain'),
      headerText,
    ),
    'content-encoding': fc.oneof(fc.constantFrom('gzip', 'br', 'deflate', 'identity'), headerText),
    authorization: headerText,
    accept: headerText,
    cookie: headerText,
    host: headerText,
    'x-http-method-override': fc.constantFrom('DELETE', 'POST'),
  },
  { requiredKeys: [] },
);

export const noise = fc.uint8Array({ maxLength: 100 }).map((array) => Buffer.from(array));

/** Any of a text's bytes changed, or the text cut short. */
export function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<Buffer> {
  return fc.tuple(text, fc.nat(), fc.nat(255)).map(([whole, at, byte]) => {
    const bytes = Buffer.from(whole);
    if (byte > 127) return bytes.subarray(0, at % bytes.length);
    bytes[at % bytes.length] = byte;
    return bytes;
  });
}
