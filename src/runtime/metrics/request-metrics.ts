import { Counter, Histogram, type Registry } from 'prom-client';
import { type Counting, childOf, type Observing } from './children.ts';

/** In s. */
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** A request that was answered. */
export interface MeasuredRequest {
  readonly method: string;
  /** The pattern it was routed by, never its path; `undefined` when no route took it. */
  readonly route: string | undefined;
  readonly statusCode: number;
  /** Until the answer was ready, in ms. */
  readonly duration: number;
}

/** Counts what is asked of the API. */
export class RequestMetrics {
  private readonly requests: (route: string) => (status: string) => Counting;
  private readonly duration: (route: string) => Observing;

  constructor(registry: Registry) {
    const registers = [registry];
    const requests = new Counter({
      name: 'agendamento_http_requests_total',
      help: 'Requests to the API, by route and status; `none`: no route took it.',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    const duration = new Histogram({
      name: 'agendamento_http_request_duration_seconds',
      help: 'From a request to the API until its answer was ready, by route.',
      labelNames: ['method', 'route'],
      buckets: REQUEST_BUCKETS,
      registers,
    });
    this.requests = childOf((route) =>
      childOf((status) => requests.labels({ ...labelsOf(route), status })),
    );
    this.duration = childOf((route) => duration.labels(labelsOf(route)));
  }

  answered({ method, route, statusCode, duration }: MeasuredRequest): void {
    // A method that no route has may be any word.
    const key = route === undefined ? 'any none' : `${method} ${route}`;
    this.requests(key)(String(statusCode)).inc();
    this.duration(key).observe(duration / 1000);
  }
}

function labelsOf(key: string): { method: string; route: string } {
  const [method = '', route = ''] = key.split(' ');
  return { method, route };
}
