import type { Access } from '../auth.ts';
import type { ProblemCode } from '../locale/locale.ts';
import type { Group, OperationId, SuccessName } from '../locale/openapi-texts.ts';

/** A success; its body is of JSON, unless another type is named. */
export interface Success {
  readonly status: number;
  readonly name: SuccessName;
  /** Of its body: that of its name, unless given. */
  readonly schema?: string;
  readonly type?: string;
  /** Names of headers it carries. */
  readonly headers?: readonly string[];
}

/** One method of one path, as far as no schema says it. */
export interface Operation {
  readonly id: OperationId;
  readonly group: Group;
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/messages/{id}`. */
  readonly path: string;
  /** What a token must be good for. */
  readonly access: Access;
  /** Names of parameters that no schema checks. */
  readonly parameters?: readonly string[];
  /** The schema that checks the query. */
  readonly query?: { readonly properties: object; readonly required?: readonly string[] };
  /** Name of the schema of its body. */
  readonly body?: string;
  readonly successes: readonly Success[];
  /** Why it may be refused; each reason has its status in `problems.ts`. */
  readonly problems: readonly ProblemCode[];
}

/** The usual success. */
export const ok = (name: SuccessName): Success[] => [{ status: 200, name }];
