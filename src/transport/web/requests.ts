import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { preferredLocale } from '../../i18n/pages/index.ts';
import type { Log } from '../../ports/log.ts';
import { themeChoices, themeOf } from './theme.ts';

type Timed = (route: string, method: string, status: number, ms: number) => void;

/**
 * Gives each request an id and its reader's language and theme (`res.locals`: requestId, locale, theme), and logs how
 * it ended: by the route's pattern, for addresses hold numbers.
 */
export function requestContext(log: Log, timed: Timed): RequestHandler {
  return (req, res, next) => {
    const begun = performance.now();
    const requestId = randomUUID();
    res.locals.requestId = requestId;
    res.locals.locale = preferredLocale(req.headers['accept-language']);
    const theme = themeOf(req.headers.cookie);
    Object.assign(res.locals, { theme, themes: themeChoices(theme) });
    // For the button that changes the theme and comes back here; always a path of ours.
    res.locals.here = req.method === 'GET' ? req.originalUrl : '/';
    res.setHeader('X-Request-Id', requestId);
    res.setHeader('Content-Language', res.locals.locale);
    res.vary('Accept-Language');
    res.once('close', () => {
      const ms = Math.round(performance.now() - begun);
      const route = routeOf(req);
      // A live connection lasts as long as its page; that is no answering time.
      if (!String(res.getHeader('Content-Type')).startsWith('text/event-stream'))
        timed(route, req.method, res.statusCode, ms);
      log.debug({ requestId, method: req.method, route, status: res.statusCode, ms }, 'request');
    });
    next();
  };
}

function routeOf(req: Request): string {
  const path: unknown = req.route?.path;
  return typeof path === 'string' ? req.baseUrl + path : 'none';
}
