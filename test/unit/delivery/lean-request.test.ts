import { type ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { expect } from 'chai';
import { leanRequest } from '../../../src/delivery/lean-request.ts';

describe('delivery: lean request', () => {
  const made: ClientRequest[] = [];
  const make = (url: string, options: Parameters<typeof leanRequest>[1] = {}) => {
    const request = leanRequest(new URL(url), options);
    // It is destroyed before it has connected.
    request.on('error', () => undefined);
    made.push(request);
    return request;
  };

  afterEach(() => {
    for (const request of made.splice(0)) request.destroy();
  });

  it('asks for path and query as the URL spells them', () => {
    expect(make('http://127.0.0.1:9/a%20b?c=%2F&d#e').path).to.equal('/a%20b?c=%2F&d');
    expect(make('http://127.0.0.1:9').path).to.equal('/');
    expect(make('http://127.0.0.1:9?q').path).to.equal('/?q');
  });

  it('names the host, with a port unless it is the usual one', () => {
    expect(make('http://localhost:9/').getHeader('host')).to.equal('localhost:9');
    expect(make('http://localhost/').getHeader('host')).to.equal('localhost');
    expect(make('https://localhost/').getHeader('host')).to.equal('localhost');
    expect(make('http://[::1]:9/').getHeader('host')).to.equal('[::1]:9');
  });

  it('connects to an IPv6 address without its brackets', () => {
    expect(make('http://[::1]:9/').host).to.equal('::1');
  });

  it('speaks the protocol of the URL', () => {
    expect(make('http://127.0.0.1:9/').protocol).to.equal('http:');
    expect(make('https://127.0.0.1:9/').protocol).to.equal('https:');
  });

  it('passes method, headers and agent on', () => {
    const http = new HttpAgent();
    const request = make('http://127.0.0.1:9/', {
      agent: http,
      method: 'PATCH',
      headers: { 'webhook-id': 'a' },
    });
    expect(request.method).to.equal('PATCH');
    expect(request.getHeader('webhook-id')).to.equal('a');
    expect((request as ClientRequest & { agent: unknown }).agent).to.equal(http);
    const https = new HttpsAgent();
    const secure = make('https://127.0.0.1:9/', { agent: https });
    expect((secure as ClientRequest & { agent: unknown }).agent).to.equal(https);
  });
});
