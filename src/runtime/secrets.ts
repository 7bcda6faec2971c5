/** What a secret is shown as. */
export const MASK = '***';

/** Names of headers, and of parameters of a URL, that let whoever has their value in. The one list of them. */
const SECRET_NAME = new RegExp(
  [
    'authori[sz]ation|bearer|cookie|token|secret|passw|passphrase|credential|session|signature',
    // What is a part of other words counts as a word only.
    '(?:^|[-_.])(?:auth|hmac|jwt|otp|pwd|sig)(?:[-_.]|$)',
    '(?:access|account|api|auth|functions?|private|shared|subscription)[-_.]?key',
    '^(?:code|key)$',
  ].join('|'),
  'i',
);

/** `name=value` of a query or a fragment. */
const PARAMETER = /([?&#;])([^?&#;=]*)=([^&#;]*)/g;

/** What stands between the scheme and the host of a URL: a name and a password. */
const USER = /^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i;

/** Whether the value that goes by a name must not be shown. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** A URL to be shown: without the values of parameters that go by a secret name, and without user name and password. */
export function maskUrl(url: string): string {
  if (!/[?#@]/.test(url)) return url;
  return url
    .replace(USER, `$1${MASK}@`)
    .replace(PARAMETER, (whole, mark: string, name: string) =>
      isSecretName(decoded(name)) ? `${mark}${name}=${MASK}` : whole,
    );
}

/** Whether a URL has the mask where a secret was: it was shown, and comes back. */
export function isMaskedUrl(url: string): boolean {
  return [...url.matchAll(PARAMETER)].some(
    ([, , name = '', value]) => value === MASK && isSecretName(decoded(name)),
  );
}

/** A name may be percent-encoded; one that is not well encoded counts as it is. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
