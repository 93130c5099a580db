import type { IncomingMessage, ServerResponse } from 'node:http';
import compression from 'compression';
import express, { type Express, type RequestHandler } from 'express';
import type { Registry } from 'prom-client';
import type { Log } from '../../ports/log.ts';
import { faults, notFound } from './errors.ts';
import { securityHeaders } from './headers.ts';
import { healthRoutes, type Readiness } from './health.ts';
import { metricsRoute, requestTimes } from './metrics.ts';
import type { ToolboxDeps } from './page.ts';
import type { PageKit } from './pageKit.ts';
import { requestContext } from './requests.ts';
import { createWebServer, type Web } from './server.ts';
import { themeRoute } from './theme.ts';
import { toolbox } from './toolbox.ts';

export type WebParts = {
  /** Templates and what they link to, read and checked. */
  pages: PageKit;
  publicUrl: string;
  /** Takes `/webhooks/…` before Express sees it; false = not one of its addresses. */
  intake: (req: IncomingMessage, res: ServerResponse) => boolean;
  /** The pages and the JSON door of the simulator. `on`: is there a number that uses it? */
  simulator: { routes: RequestHandler; on: () => Promise<boolean> } | null;
  /** What the pages behind the sign-in lean on; null = there are none. */
  toolbox: ToolboxDeps | null;
  ready: () => Promise<Readiness>;
  metrics: Registry;
  log: Log;
  /** Addresses (or ranges) whose X-Forwarded-For is believed; Express checks them and throws. */
  trustedProxies: readonly string[];
};

/** The web server: webhooks on the lean path, pages by Express. */
export function createWeb(parts: WebParts): Web {
  const { intake } = parts;
  const web = createWebServer((req, res) => {
    if (req.url?.startsWith('/webhooks/') && intake(req, res)) return;
    app(req, res);
  });
  const app = createApp(parts, web);
  return web;
}

function createApp(parts: WebParts, web: Web): Express {
  const { publicUrl, pages, simulator, ready, metrics, log } = parts;
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('view', pages.View);
  app.set('trust proxy', parts.trustedProxies.length > 0 ? [...parts.trustedProxies] : false);
  app.set('query parser', 'simple');

  app.use(securityHeaders(publicUrl));
  app.use(pages.serveAssets);
  app.use(requestContext(log, requestTimes(metrics), publicUrl));
  app.use((_req, res, next) => {
    res.locals.live = () => web.live(res);
    next();
  });
  app.use(healthRoutes(ready, web.closing, log));
  app.use(metricsRoute(metrics));
  app.use(themeRoute(publicUrl));
  if (parts.toolbox) app.use(compression(), toolbox(parts.toolbox));
  app.get('/', async (_req, res) => {
    res.render('pages/front', {
      signInOn: parts.toolbox !== null,
      simulatorOn: simulator ? await simulator.on() : false,
    });
  });
  if (simulator) app.use('/simulator', simulator.routes);
  app.use(notFound);
  app.use(faults(log));
  return app;
}
