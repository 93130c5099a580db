import { type RequestHandler, Router } from 'express';
import { Histogram, type Registry } from 'prom-client';

/** Times of the pages by route, so that no address with a number in it becomes a label. */
export function requestTimes(registry: Registry): (route: string, method: string, status: number, ms: number) => void {
  const histogram = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer a page, by route. Webhooks are counted by their own intake.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.5, 2],
    registers: [registry],
  });
  return (route, method, status, ms) => histogram.observe({ route, method, status }, ms / 1000);
}

/** `/metrics` in Prometheus' text form: counts and times, no personal data. */
export function metricsRoute(registry: Registry): Router {
  const show: RequestHandler = async (_req, res) => {
    const text = await registry.metrics();
    res.setHeader('Content-Type', registry.contentType);
    res.end(text);
  };
  return Router().get('/metrics', show);
}
