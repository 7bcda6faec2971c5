import { Ajv, type ErrorObject } from 'ajv';
import { parseScheduleTime } from '../domain/schedule-time.ts';
import type { FieldProblem, FieldRule } from './locale/locale.ts';
import { ProblemError } from './problems.ts';
import { NEW_MESSAGE_SCHEMA, type NewMessageBody } from './schemas.ts';

/** C0, DEL and C1 control characters, and halves of surrogate pairs: none survives a Redis key or a header. */
const NOT_IN_ID = /[\p{Cc}\p{Cs}]/u;

/** What URL parsing would silently drop or encode. */
const NOT_IN_URL = /[\p{Cc}\p{Cs}\s]/u;

/** Most problems one answer names: enough to mend a body, far less than a hostile one could ask for. */
const MAX_PROBLEMS = 20;

const ajv = new Ajv({ allErrors: true });
ajv.addFormat('message-id', isMessageId);
ajv.addFormat('due-time', (text: string) => parseScheduleTime(text) !== undefined);
ajv.addFormat('webhook-url', isWebhookUrl);

const validateNewMessage = ajv.compile<NewMessageBody>(NEW_MESSAGE_SCHEMA);

/**
 * Checks the body of `POST /messages`.
 * @throws ProblemError naming every field that is wrong, and why
 */
export function checkNewMessage(body: unknown): NewMessageBody {
  if (validateNewMessage(body)) return body;
  const fields = (validateNewMessage.errors ?? []).slice(0, MAX_PROBLEMS).map(toFieldProblem);
  throw new ProblemError('invalid-message', '', { fields });
}

/** `.` and `..` cannot be addressed: clients resolve them as path segments, encoded or not. */
function isMessageId(text: string): boolean {
  return !NOT_IN_ID.test(text) && text !== '.' && text !== '..';
}

function isWebhookUrl(text: string): boolean {
  if (NOT_IN_URL.test(text) || !/^https?:\/\//i.test(text) || !URL.canParse(text)) return false;
  const { hostname, username, password } = new URL(text);
  // got takes the host `unix` for a socket in the file system.
  return username === '' && password === '' && hostname !== 'unix';
}

/** The field an error is about: where it is or, for one missing or unknown, its name. */
function toFieldProblem({ keyword, instancePath, params }: ErrorObject): FieldProblem {
  const path = instancePath.slice(1);
  switch (keyword) {
    case 'required':
      return { field: String(params.missingProperty), rule: 'required', limit: '' };
    case 'additionalProperties':
      return { field: String(params.additionalProperty), rule: 'unknown', limit: '' };
    case 'type':
      return { field: path, rule: 'type', limit: String(params.type) };
    case 'minLength':
      return { field: path, rule: 'min-length', limit: String(params.limit) };
    case 'maxLength':
      return { field: path, rule: 'max-length', limit: String(params.limit) };
    default:
      return { field: path, rule: String(params.format) as FieldRule, limit: '' };
  }
}
