import { type Request, type RequestHandler, Router } from 'express';
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

/**
 * `/metrics` in Prometheus' text form: counts and times, no personal data. Only for this machine: how much is sent, and
 * how it goes, is nobody else's business (OWASP ASVS 5.0, 13.4.5).
 */
export function metricsRoute(registry: Registry): Router {
  const show: RequestHandler = async (req, res, next) => {
    if (!isFromHere(req)) return next();
    const text = await registry.metrics();
    res.setHeader('Content-Type', registry.contentType);
    res.end(text);
  };
  return Router().get('/metrics', show);
}

/** Asked by a program on this machine, and not by a proxy on it that speaks for somebody else. */
function isFromHere(req: Request): boolean {
  const speaksForOthers = req.headers['x-forwarded-for'] !== undefined || req.headers.forwarded !== undefined;
  return !speaksForOthers && /^(?:::ffff:)?127\.|^::1$/.test(req.socket.remoteAddress ?? '');
}
