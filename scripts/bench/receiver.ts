// The receiver, forked by stage.ts: records when each webhook arrives, and tells on request.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Id, and ms between the due time and the arrival. */
export interface Arrival {
  readonly id: string;
  readonly lateness: number;
}

const arrivals: Arrival[] = [];
let wanted = Number.POSITIVE_INFINITY;

const server = createServer((request, response) => {
  const now = performance.timeOrigin + performance.now();
  const due = Date.parse(String(request.headers['webhook-scheduled-for']));
  request.resume();
  request.on('end', () => {
    response.writeHead(204).end();
    arrivals.push({ id: String(request.headers['webhook-id']), lateness: now - due });
    tellWhenComplete();
  });
});

function tellWhenComplete(): void {
  if (arrivals.length < wanted) return;
  process.send?.({ arrivals });
  wanted = Number.POSITIVE_INFINITY;
}

process.on('message', ({ count }: { count: number }) => {
  wanted = count;
  tellWhenComplete();
});

server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send?.({ url: `http://127.0.0.1:${port}/` });
});
