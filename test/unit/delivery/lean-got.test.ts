import { once } from 'node:events';
import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { expect } from 'chai';
import type { Options } from 'got';
import { leanGot } from '../../../src/delivery/lean-got.ts';

describe('delivery: lean got', () => {
  const agents = { http: new HttpAgent(), https: new HttpsAgent() };
  const got = leanGot(agents);
  const made: { destroy(): unknown }[] = [];

  /** The request that got makes of Node. */
  async function make(url: string, options: Partial<Pick<Options, 'method' | 'headers'>> = {}) {
    const stream = got.stream(url, options);
    // It is destroyed before it has connected.
    stream.on('error', () => undefined);
    const [request] = (await once(stream, 'request')) as [ClientRequest & { agent: unknown }];
    request.on('error', () => undefined);
    made.push(request, stream);
    return request;
  }

  afterEach(() => {
    for (const one of made.splice(0)) one.destroy();
  });

  it('asks for path and query as the URL spells them', async () => {
    expect((await make('http://127.0.0.1:9/a%20b?c=%2F&d#e')).path).to.equal('/a%20b?c=%2F&d');
    expect((await make('http://127.0.0.1:9')).path).to.equal('/');
    expect((await make('http://127.0.0.1:9?q')).path).to.equal('/?q');
  });

  it('names the host, with a port unless it is the usual one', async () => {
    const hostOf = async (url: string) => (await make(url)).getHeader('host');
    expect(await hostOf('http://localhost:9/')).to.equal('localhost:9');
    expect(await hostOf('http://localhost/')).to.equal('localhost');
    expect(await hostOf('https://localhost/')).to.equal('localhost');
    expect(await hostOf('http://[::1]:9/')).to.equal('[::1]:9');
  });

  it('connects to an IPv6 address without its brackets', async () => {
    expect((await make('http://[::1]:9/')).host).to.equal('::1');
  });

  it('speaks the protocol of the URL, by the agent for it', async () => {
    expect(await make('http://127.0.0.1:9/')).to.include({
      protocol: 'http:',
      agent: agents.http,
    });
    expect(await make('https://127.0.0.1:9/')).to.include({
      protocol: 'https:',
      agent: agents.https,
    });
  });

  it('passes method and headers on', async () => {
    const request = await make('http://127.0.0.1:9/', {
      method: 'DELETE',
      headers: { 'webhook-id': 'a' },
    });
    expect(request.method).to.equal('DELETE');
    expect(request.getHeader('webhook-id')).to.equal('a');
  });

  it('hands Node no option that a webhook does not have', async () => {
    let handed: object = {};
    const spied = got.extend({
      request: (_url, options) => {
        handed = options;
        throw new Error('seen enough');
      },
    });
    const stream = spied.stream('http://127.0.0.1:9/', { headers: { a: 'b' } });
    await once(stream, 'error');
    expect(Object.keys(handed)).to.have.members(['method', 'headers']);
  });
});
