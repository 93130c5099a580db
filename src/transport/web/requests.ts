import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import { preferredLocale } from '../../i18n/pages/index.ts';
import type { Log } from '../../ports/log.ts';
import { createCookies } from './cookies.ts';
import { themeChoices, themeOf } from './theme.ts';

type Timed = (route: string, method: string, status: number, ms: number) => void;

/**
 * Gives each request an id and its reader's language and theme (`res.locals`: requestId, locale, theme), and logs how
 * it ended: by the route's pattern, for addresses hold numbers, and by the id of who asked (`actor`).
 */
export function requestContext(log: Log, timed: Timed, publicUrl: string): RequestHandler {
  const cookies = createCookies(publicUrl);
  return (req, res, next) => {
    const begun = performance.now();
    const requestId = randomUUID();
    res.locals.requestId = requestId;
    res.locals.locale = preferredLocale(req.headers['accept-language']);
    const theme = themeOf(cookies.read(req, 'theme'));
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
      const { statusCode: status } = res;
      const { actor, refusal } = res.locals;
      const fields = { requestId, method: req.method, route, status, ms, actor, refusal };
      // What was not allowed is for whoever watches over the installation (OWASP ASVS 5.0, 16.3); the rest is noise.
      if (status === 403 || status === 429) log.info(fields, 'a request was not allowed');
      else log.debug(fields, 'request');
    });
    next();
  };
}

function routeOf(req: Request): string {
  const path: unknown = req.route?.path;
  return typeof path === 'string' ? req.baseUrl + path : 'none';
}
