import { type Answer, AUTH, ask, JSON_TYPE } from './api.ts';

/** A request to one operation, by its path in the OpenAPI document. */
export interface OperationRequest {
  readonly method: string;
  /** Such as `/messages/{id}`. */
  readonly path: string;
  /** Put where the path has `{id}`. */
  readonly id?: string;
  /** With its question mark. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object goes as JSON, a text as it is. */
  readonly body?: object | string;
  /** Whether the token is left out. */
  readonly anonymous?: boolean;
  /** Instead of the one that may do anything. */
  readonly token?: string;
}

/** Sends a request to an operation. */
export function request(url: string, asked: OperationRequest): Promise<Answer> {
  const { method, path, id = '', query = '', headers, body, anonymous = false, token } = asked;
  const auth = token === undefined ? AUTH : { authorization: `Bearer ${token}` };
  return ask(url, {
    method: method.toUpperCase(),
    path: path.replace('{id}', encodeURIComponent(id)) + query,
    headers: { ...(anonymous ? {} : auth), ...(body === undefined ? {} : JSON_TYPE), ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}
