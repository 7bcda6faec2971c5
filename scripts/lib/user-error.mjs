/** A failure the user can do something about: its message is the one line that says what. */
export class UserError extends Error {
  /** @param {string} message what happened and what to do */
  constructor(message) {
    super(message);
    this.name = 'UserError';
  }
}

/**
 * Prints why a script stops: the line for the user, or the whole stack of a defect of ours.
 * @param {unknown} error
 */
export function reportError(error) {
  console.error(error instanceof UserError ? `\n✗ ${error.message}` : error);
}

/**
 * @param {unknown} error
 * @returns {string | undefined} the code of a system error, such as `ENOENT`
 */
export function errorCode(error) {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}

/**
 * @param {unknown} error
 * @returns {string} its message
 */
export function errorMessage(error) {
  return error instanceof Error ? error.message : String(error);
}
