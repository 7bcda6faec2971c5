/** C0, DEL and C1 control characters, and halves of surrogate pairs: none survives a Redis key or a header. */
export const NOT_IN_TEXT = /[\p{Cc}\p{Cs}]/u;

/** What URL parsing would silently drop or encode. */
const NOT_IN_URL = /[\p{Cc}\p{Cs}\s]/u;

/** `.` and `..` cannot be addressed: clients resolve them as path segments, encoded or not. */
export function isMessageId(text: string): boolean {
  return !NOT_IN_TEXT.test(text) && text !== '.' && text !== '..';
}

/** Whether a text is a whole http(s) URL that a webhook can be sent to. */
export function isWebhookUrl(text: string): boolean {
  if (NOT_IN_URL.test(text) || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password } = new URL(text);
  // got takes the host `unix` for a socket in the file system.
  return username === '' && password === '' && hostname !== 'unix';
}
