import { expect } from 'chai';
import type { Operation } from '../../src/http/openapi/operation.ts';
import { OPERATIONS } from '../../src/http/openapi/operations.ts';
import { expectProblem, messageBody } from '../support/api.ts';
import { useRefusals } from '../support/refusal.ts';
import { request } from '../support/requests.ts';

/** What is wrong, whatever the operation, and the parameter that is named. */
const REFUSED: readonly [query: string, field: string, why: string][] = [
  ['colour=red', 'colour', 'is not a known query parameter'],
  ['colour=red&colour=blue', 'colour', 'must be given only once'],
  ['__proto__=1', '__proto__', 'is not a known query parameter'],
  ['=1', '""', 'is not a known query parameter'],
  ['%00', '\0', 'is not a known query parameter'],
];

/** Bodies with which an operation would do something. */
const BODIES: Readonly<Record<string, object>> = {
  NewMessage: messageBody('new'),
  Changes: { payload: 'changed' },
  Batch: { messages: [messageBody('new')] },
};

describe('a query parameter that nothing reads is refused', () => {
  const refused = useRefusals();
  const answerTo = (url: string, { method, path, body }: Operation, query: string) =>
    request(url, {
      ...{ method, path, query, id: 'kept' },
      ...(body === undefined ? {} : { body: BODIES[body] ?? {} }),
    });

  for (const operation of OPERATIONS) {
    const name = `${operation.method} ${operation.path}`;
    // Without what it must have, an operation would be refused for that.
    const needed = operation.query?.required?.includes('confirm') ? 'confirm=delete&' : '';
    if (operation.access === 'open') {
      refused(`${name}: none is, for probes and browsers add what they like`, async (running) => {
        const answer = await answerTo(running.service.url, operation, '?colour=red&colour=blue');
        expect(answer.status).to.equal(200);
      });
      continue;
    }
    refused(`${name}, by name`, async ({ service }) => {
      for (const [query, field, why] of REFUSED) {
        const answer = await answerTo(service.url, operation, `?${needed}${query}`);
        const { code, errors } = expectProblem(answer, 422);
        expect([code, errors], query).to.deep.equal(['invalid-query', [{ field, detail: why }]]);
      }
    });
  }
});
