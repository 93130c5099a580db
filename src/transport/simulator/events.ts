import type { Response } from 'express';
import type { SimulatedNumber, SimulatorDoor, SimulatorEvent } from '../../ports/simulator.ts';
import { bubbleOf, type Reader } from './bubble.ts';
import { formOf, summaryOf } from './mast.ts';
import { contactName } from './page.ts';

/** A broadcast reaches thousands of phones at once; the shelf hears of them in one go this often, ms. */
const NEWS_EVERY = 250;
const MOST_NEWS = 200;
/** Proxies cut connections that stay silent for a minute. */
const ALIVE_EVERY = 20_000;

/**
 * Keeps a page live: `bubble` (HTML of a new or changed message on one of its open phones), `gone`, `news` (other phones
 * that got something) and `weather`. Ends with the connection.
 */
export function streamEvents(
  res: Response,
  door: SimulatorDoor,
  open: readonly string[],
  numbers: readonly SimulatedNumber[],
  reader: () => Reader,
): void {
  const nameOf = contactName(numbers.map(({ e164, name }) => ({ number: e164, name })));
  const news = new Set<string>();
  res.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  res.flushHeaders();
  const send = (event: string, data: unknown): void => {
    res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };

  function heard(event: SimulatorEvent): void {
    if (event.kind === 'weather') {
      const { locale } = reader();
      send('weather', { ...summaryOf(event.weather, locale), form: formOf(event.weather) });
    } else if (event.kind === 'gone') {
      if (open.includes(event.phone)) send('gone', { id: `m-${event.id}` });
    } else shown(event.message);
  }

  function shown(message: Extract<SimulatorEvent, { kind: 'message' }>['message']): void {
    const phone = message.direction === 'to_us' ? message.from : message.to;
    if (!open.includes(phone)) {
      if (news.size < MOST_NEWS) news.add(phone);
      return;
    }
    const look = reader();
    const bubble = bubbleOf(message, look, nameOf);
    if (!bubble) return;
    res.app.render('simulator/bubble', { ...bubble, locale: look.locale }, (error: unknown, html?: string) => {
      if (!error) send('bubble', { phone, id: bubble.bubbleId, at: message.at, html });
    });
  }

  const stop = door.subscribe(heard);
  const tell = setInterval(() => {
    if (news.size === 0) return;
    send('news', [...news]);
    news.clear();
  }, NEWS_EVERY);
  const alive = setInterval(() => res.write(': \n\n'), ALIVE_EVERY);
  res.once('close', () => {
    stop();
    clearInterval(tell);
    clearInterval(alive);
  });
}
