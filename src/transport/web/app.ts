import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import compression from 'compression';
import express, { type Express, type RequestHandler } from 'express';
import type { Registry } from 'prom-client';
import type { Locale } from '../../core/locale.ts';
import { isPageKey, pageText } from '../../i18n/pages/index.ts';
import type { Log } from '../../ports/log.ts';
import { createAssets } from './assets.ts';
import { faults, notFound } from './errors.ts';
import { securityHeaders } from './headers.ts';
import { healthRoutes, type Readiness } from './health.ts';
import { metricsRoute, requestTimes } from './metrics.ts';
import type { ToolboxDeps } from './page.ts';
import { requestContext } from './requests.ts';
import { createWebServer, type Web } from './server.ts';
import { themeRoute } from './theme.ts';
import { toolbox } from './toolbox.ts';
import { createViews, type Helpers } from './view.ts';

export type WebParts = {
  /** The folder of templates; its `assets/` are served. */
  views: string;
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

/** The web server: webhooks on the lean path, pages by Express. Templates are checked here, so a fault stops the start. */
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
  const { publicUrl, simulator, ready, metrics, log } = parts;
  const assets = createAssets(join(parts.views, 'assets'), { 'htmx.min.js': htmx(), 'webauthn.min.js': webauthn() });
  const views = createViews(parts.views, pageHelpers(assets.url), isPageKey);

  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.set('view', views.View);
  app.set('trust proxy', parts.trustedProxies.length > 0 ? [...parts.trustedProxies] : false);
  app.set('query parser', 'simple');

  app.use(securityHeaders(publicUrl));
  app.use(assets.serve);
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

/** The library as it was published, served from our own address like everything else. */
const htmx = (): string => createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js');

/** The same; its package shows no path to the file for browsers, which lies beside what it does show. */
const webauthn = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@simplewebauthn/browser')), '../dist/bundle/index.umd.min.js');

/** `t` says a text in the reader's language; what it gives is escaped like everything else. */
function pageHelpers(assetUrl: (name: string) => string): Helpers {
  type Call = { hash: Record<string, string | number>; data: { root: { locale: Locale } } };
  return {
    t: (key: string, { hash, data }: Call) => {
      if (!isPageKey(key)) throw new Error(`there is no text ${key}`);
      return pageText(data.root.locale, key, hash);
    },
    asset: (name: string) => assetUrl(name),
  };
}
