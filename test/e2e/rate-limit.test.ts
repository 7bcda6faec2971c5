import { expect } from 'chai';
import { type Answer, expectProblem, messageBody } from '../support/api.ts';
import { type OperationRequest, request } from '../support/requests.ts';
import { until } from '../support/until.ts';
import { useService } from '../support/use-service.ts';

/** A token for each test: what one has spent, the others still have. */
const NAMES = ['alone', 'other', 'batcher', 'patient', 'bad'];
const TOKENS = NAMES.map((name) => `${name}:read+write:token-of-${name}`).join();

const BURST = 5;

/** At 0.25 a second: what is left, and after how many seconds that is all of it again. */
const TOLD = [/r=4;t=4$/, /r=3;t=[78]$/, /r=2;t=1[12]$/, /r=1;t=1[56]$/, /r=0;t=(?:19|20)$/];

describe('how often a token may ask', () => {
  const running = useService({
    API_TOKENS: TOKENS,
    API_RATE_LIMIT: '0.25',
    API_RATE_BURST: String(BURST),
    API_LOCALE: 'en',
  });

  const askAs = (name: string, over: Partial<OperationRequest> = {}) =>
    request(running.current.service.url, {
      ...{ method: 'get', path: '/stats', token: `token-of-${name}` },
      ...over,
    });

  /** @returns for how many seconds */
  function expectLimited(answer: Answer): number {
    const { code, detail } = expectProblem(answer, 429);
    const retryAfter = Number(answer.headers['retry-after']);
    expect(code).to.equal('rate-limited');
    expect(detail).to.contain(`try again in ${retryAfter} s`);
    expect(answer.headers.ratelimit).to.match(/^"token";r=0;t=\d+$/);
    return retryAfter;
  }

  it('is as often as the burst says, and told with every answer; then 429 says when again', async () => {
    for (const told of TOLD) {
      const { status, headers } = await askAs('alone');
      expect(status).to.equal(200);
      expect(headers['ratelimit-policy']).to.equal('"token";q=5;w=20');
      expect(headers.ratelimit).to.match(told);
    }
    expect(expectLimited(await askAs('alone'))).to.be.within(1, 4);
  });

  it('is counted for each token, and not at all where none is needed', async () => {
    while ((await askAs('alone')).status === 200);
    const anonymous = { path: '/health', anonymous: true };
    const free = await askAs('nobody', anonymous);
    expect(free.status).to.equal(200);
    expect(free.headers).not.to.have.any.keys('ratelimit', 'ratelimit-policy');
    expect((await askAs('other')).status).to.equal(200);
  });

  it('counts a batch as its messages: taken whole, and made up for', async () => {
    const messages = Array.from({ length: 20 }, (_, index) => messageBody(`m-${index}`));
    const batch = { method: 'post', path: '/messages/batch', body: { messages } };
    const taken = await askAs('batcher', batch);
    expect(taken.status).to.equal(207);
    expect(taken.headers.ratelimit).to.match(/^"token";r=0;t=(?:79|80)$/);
    expect(expectLimited(await askAs('batcher', batch))).to.be.within(50, 64);
  });

  it('counts what is refused, but not what is limited: who keeps asking waits no longer', async () => {
    for (let left = BURST; left > 0; left -= 1) {
      expect((await askAs('bad', { path: '/nowhere' })).status).to.equal(404);
    }
    for (let count = 0; count < 10; count += 1) {
      const answer = await askAs('bad');
      if (answer.status === 429) expect(expectLimited(answer)).to.be.at.most(4);
    }
  });

  it('is again as often as ever, in time', async () => {
    while ((await askAs('patient')).status === 200);
    await until('there is room for a request', async () => {
      const answer = await askAs('patient');
      return answer.status === 200 || (expectLimited(answer) > 4 ? undefined : false);
    });
  });
});
