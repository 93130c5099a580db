import { Router } from 'express';
import type { CarrierMessage } from '../../ports/carrierLog.ts';
import { type SimulatorRoutes, sceneOf } from './scene.ts';
import { owners } from './shelf.ts';
import { readBody, readNumber, readTyped } from './typedInput.ts';
import { readWeather } from './weatherInput.ts';

const MOST_MESSAGES = 1000;

/** What the transport answers for each result; `busy` asks to come again. */
const STATUS = { done: 200, duplicate: 200, lost: 200, waiting: 200, unknown_number: 404, busy: 503 } as const;

/** The JSON door (design 5, HTTP). Problems are `{ error }` in English, for programmers. */
export function jsonRoutes({ door, people, log }: SimulatorRoutes): Router {
  const routes = Router();

  routes.post('/messages', async (req, res) => {
    const { numbers, country } = sceneOf(res);
    const body = readBody(req.body, req.headers['content-type']);
    const own = numbers.map(({ e164 }) => e164);
    const read = body.ok ? readTyped(body.value, own, country) : body;
    if (!read.ok) return void res.status(read.status).json({ error: read.error });
    try {
      const typed = await door.type(read.value);
      const status = STATUS[typed.result];
      if (status === 503) res.setHeader('Retry-After', '1');
      res.status(status).json(status < 400 ? typed : { ...typed, error: typed.result });
    } catch (error) {
      log.error({ kind: (error as Error)?.name, requestId: res.locals.requestId }, 'a typed text was not taken');
      res.status(503).setHeader('Retry-After', '1').json({ error: 'the store does not answer; send it again' });
    }
  });

  routes.get('/phones', async (_req, res) => {
    const { country } = sceneOf(res);
    const all = owners(await people(), await door.phones(MOST_MESSAGES), country);
    res.json({ phones: [...all.values()].map(({ number, name, role }) => ({ number, name, role })) });
  });

  routes.get('/phones/:number', async (req, res) => {
    const number = readNumber(req.params.number, sceneOf(res).country);
    if (!number) return void res.status(400).json({ error: 'that is not a phone number' });
    const messages = await door.phone(number, MOST_MESSAGES);
    res.json({ number, messages: messages.filter(isOnPhone).map(messageOf) });
  });

  routes.get('/weather', (_req, res) => {
    res.json({ ...door.weather(), failCodes: door.failCodes });
  });

  routes.put('/weather', (req, res) => {
    const body = readBody(req.body, req.headers['content-type']);
    const read = body.ok ? readWeather(door.weather(), body.value, door.failCodes) : body;
    if (!read.ok) return void res.status(read.status).json({ error: read.error });
    door.setWeather(read.value);
    res.json(door.weather());
  });
  return routes;
}

/** What was lost on the way never came to the phone; what was typed stands there whatever became of it. */
const isOnPhone = ({ direction, status }: CarrierMessage): boolean => direction === 'to_us' || status === 'delivered';

/** `in` came to the phone, `out` was typed on it. */
const messageOf = ({ id, direction, from, to, text, at, status }: CarrierMessage) => ({
  id,
  direction: direction === 'to_phone' ? 'in' : 'out',
  from,
  to,
  text,
  at: new Date(at).toISOString(),
  status,
});
