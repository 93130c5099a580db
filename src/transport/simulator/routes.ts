import express, { type ErrorRequestHandler, type NextFunction, type Request, type Response, Router } from 'express';
import type { Locale } from '../../core/locale.ts';
import { streamEvents } from './events.ts';
import { mayUse } from './guard.ts';
import { jsonRoutes } from './jsonRoutes.ts';
import { pageModel, type Refused } from './page.ts';
import { type Scene, type SimulatorRoutes, sceneOf } from './scene.ts';
import { addressOf, MOST_OPEN, openByDefault, owners, toggled } from './shelf.ts';
import { isForm, readBody, readNumber, readTyped } from './typedInput.ts';
import { readWeather, weatherFromForm } from './weatherInput.ts';

const USED = 40;

/**
 * `/simulator`: phones in the browser, and the same as JSON. The app that mounts it sets `res.locals.locale` and
 * `res.locals.live` (keeps a stream out of the way of a stop), and has the view `simulator/page`.
 */
export function simulatorRoutes(parts: SimulatorRoutes): Router {
  const { door, clock, people } = parts;
  const routes = Router();
  routes.use(async (req, res, next) => {
    const numbers = await parts.numbers();
    const [first] = numbers;
    if (!first) return next('router');
    if (!mayUse(req, parts.allowRemote)) throw Object.assign(new Error('not from here'), { status: 403 });
    const locale = res.locals.locale as Locale;
    const reader = { locale, now: clock.now(), timezone: first.timezone };
    res.locals.scene = { numbers, country: first.country, reader } satisfies Scene;
    next();
  });
  // Whatever it calls itself, it is read as text of at most 64 KiB; more is 413.
  routes.use(express.text({ type: () => true, limit: '64kb' }));

  routes.get('/', (req, res) => showPage(req, res, null));
  routes.get('/events', async (req, res) => {
    const { numbers, reader } = sceneOf(res);
    (res.locals.live as (() => void) | undefined)?.();
    streamEvents(res, door, chosen(req) ?? [], numbers, () => ({ ...reader, now: clock.now() }));
  });
  routes.post('/messages', formOnly, typeFromForm);
  routes.post('/phones', formOnly, addPhone);
  routes.post('/weather', formOnly, (req, res) => {
    const form = bodyOf(req);
    const read = readWeather(door.weather(), weatherFromForm(form), door.failCodes);
    if (read.ok) door.setWeather(read.value);
    res.redirect(303, back(form));
  });
  routes.use(jsonRoutes(parts));
  routes.use(refusedRequest);
  return routes;

  async function showPage(req: Request, res: Response, refused: Refused | null): Promise<void> {
    const { numbers, country, reader } = sceneOf(res);
    const used = await door.phones(USED);
    const open = refused ? listOf(bodyOf(req).open) : chosen(req);
    const all = owners(await people(), [...used, ...(open ?? [])], country);
    const refresh = req.query.refresh === '1';
    res.render('simulator/page', await pageModel({ door, numbers, all, used, open, reader, refresh, refused }));
  }

  async function typeFromForm(req: Request, res: Response): Promise<void> {
    const { numbers, country } = sceneOf(res);
    const form = bodyOf(req);
    const text = String(form.quick ?? form.text ?? '');
    const from = String(form.from ?? '');
    const refuse = (status: number, refused: Pick<Refused, 'key' | 'params'>) => {
      res.status(status);
      return showPage(req, res, { from, text, ...refused });
    };
    if (text.trim() === '') return refuse(400, { key: 'simulator.empty' });
    const own = numbers.map(({ e164 }) => e164);
    const read = readTyped({ from, to: form.to, text }, own, country);
    if (!read.ok) return refuse(read.status, { key: 'simulator.unknown', params: { number: String(form.to ?? '') } });
    try {
      const { result } = await door.type(read.value);
      if (result === 'busy') return refuse(503, { key: 'simulator.busy' });
    } catch (error) {
      parts.log.error({ kind: (error as Error)?.name, requestId: res.locals.requestId }, 'a typed text was not taken');
      return refuse(503, { key: 'simulator.busy' });
    }
    res.redirect(303, `${back(form)}#phone-${read.value.from.replace(/\D/g, '')}`);
  }

  async function addPhone(req: Request, res: Response): Promise<void> {
    const form = bodyOf(req);
    const typed = String(form.number ?? '');
    const number = readNumber(typed, sceneOf(res).country);
    if (!number) {
      res.status(400);
      return showPage(req, res, {
        from: '',
        text: '',
        key: 'simulator.add.error',
        params: { number: typed.slice(0, 40) },
      });
    }
    const open = listOf(form.open) ?? openByDefault(new Map(), await door.phones(USED));
    res.redirect(303, addressOf(open.includes(number) ? open : toggled(open, number)));
  }
}

/** Forms belong to the page; everything else goes on to the JSON door. */
function formOnly(req: Request, _res: Response, next: NextFunction): void {
  next(isForm(req.headers['content-type']) ? undefined : 'route');
}

/** Programs get the reason as JSON; people go on to the app's own page. Faults always do. */
const refusedRequest: ErrorRequestHandler = (error, req, res, next) => {
  const status: unknown = error?.status;
  const isPage = req.method === 'GET' ? req.accepts(['html', 'json']) === 'html' : isForm(req.headers['content-type']);
  if (isPage || typeof status !== 'number' || status >= 500 || res.headersSent) return next(error);
  res.status(status).json({ error: REFUSALS[status] ?? 'the request cannot be read' });
};
const REFUSALS: Readonly<Record<number, string>> = {
  403: 'the simulator is only served to the machine that it runs on',
  413: 'the body is over 64 KiB',
};

function bodyOf(req: Request): Record<string, unknown> {
  const read = readBody(req.body, req.headers['content-type']);
  return read.ok ? read.value : {};
}

const back = (form: Record<string, unknown>): string => addressOf(listOf(form.open) ?? []);
const chosen = (req: Request): string[] | null => listOf(req.query.phones);

/** Numbers joined by commas; what is no number is passed over. null: nothing was said. */
function listOf(value: unknown): string[] | null {
  if (typeof value !== 'string') return null;
  const numbers = value.split(',').map((number) => readNumber(number, ''));
  return [...new Set(numbers.filter((number) => number !== null))].slice(0, MOST_OPEN);
}
