import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from '@jest/globals';
import type { SMTPServerOptions } from 'smtp-server';
import { bookFile, install, phone, until, WRITER } from '../kit/installation.ts';
import { type Judge, startJudge } from '../kit/judge.ts';
import { freePort } from '../kit/ports.ts';
import { type Smarthost, startSmarthost } from '../kit/smarthost.ts';
import { acceptedOf } from './copies.ts';
import { promise } from './promise.ts';

const mail = (n: number): string => `m${n}@example.se`;
const idOf = (raw: string): string => /^message-id: *(\S+)/im.exec(raw)?.[1] ?? '';

/** A smarthost that cannot be used; `tried` are the Message-IDs of mails that it was handed and did not take. */
type Outage = { tried: Set<string>; over(): Promise<void> };

/** Nobody listens. */
const closed = async (): Promise<Outage> => ({ tried: new Set(), over: async () => undefined });

/** It takes connections and says nothing. */
async function silent(port: number): Promise<Outage> {
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    tried: new Set(),
    over: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** It reads every mail to its end, and then has no room for it. */
async function full(port: number): Promise<Outage> {
  const tried = new Set<string>();
  const onData: SMTPServerOptions['onData'] = (stream, _session, done) => {
    let raw = '';
    stream.on('data', (chunk) => {
      raw += chunk;
    });
    stream.on('end', () => {
      tried.add(idOf(raw));
      done(Object.assign(new Error('4.3.1 no room'), { responseCode: 452 }));
    });
  };
  const host = await startSmarthost({ onData }, port);
  return { tried, over: host.stop };
}

const OUTAGES: [string, (port: number) => Promise<Outage>][] = [
  ['full', full],
  ['closed', closed],
  ['silent', silent],
];

promise(
  'F26',
  'the smarthost is down: mail waits with the same Message-ID, texts go on, and each mail comes once',
  async (long) => {
    const members = long ? 300 : 90;
    const judge: Judge = await startJudge({ latency: '5-20' });
    const port = await freePort();
    let host: Smarthost | null = await startSmarthost({}, port);
    const place = await install(judge, {
      env: { MAIL_URL: `smtp://127.0.0.1:${port}`, LIST_DOMAIN: 'lists.example' },
    });
    const figures: string[] = [];
    try {
      const file = bookFile({ members, partsPerSecond: 30 });
      await place.apply(
        file.replace(/- \{ phone: "(\+\d+)" \}/g, (_, of) => `- { phone: "${of}", mail: "${mail(nth(of))}" }`),
      );
      let server = await place.serve();
      const all = Array.from({ length: members }, (_, n) => mail(n)).toSorted();

      /** How many texts a second the provider took of `text`, from the first to the last. */
      const textsGo = async (text: string): Promise<number> => {
        // An idle number may send a second's worth at once; each round begins with that.
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        expect(await place.text(WRITER, text)).toBe(200);
        await until(async () => (await acceptedOf(judge, text)).length >= members, `every text of ${text}`, 60_000);
        const times = (await acceptedOf(judge, text)).map((line) => Number(line['t']));
        expect(times).toHaveLength(members);
        return ((members - 1) * 1000) / (Math.max(...times) - Math.min(...times));
      };
      const mailsOf = (text: string) => (host?.taken ?? []).filter(({ raw }) => raw.includes(text));
      const mailsCome = async (text: string, ms: number) => {
        await until(async () => mailsOf(text).length >= members, `every mail of ${text}`, ms);
        const mails = mailsOf(text);
        expect(mails.flatMap(({ to }) => to).toSorted()).toEqual(all);
        expect(new Set(mails.map(({ raw }) => idOf(raw))).size).toBe(members);
        return mails;
      };

      const usual = await textsGo('Med smarthost');
      await mailsCome('Med smarthost', 30_000);
      for (const [name, begin] of long ? OUTAGES : OUTAGES.slice(0, 2)) {
        await host.stop();
        host = null;
        const outage = await begin(port);
        const text = `Utan smarthost ${name}`;
        const rate = await textsGo(text);
        if (long && name === 'full') {
          server.kill('SIGKILL');
          await server.gone;
          server = await place.serve();
        }
        await outage.over();
        host = await startSmarthost({}, port);
        const ids = new Set((await mailsCome(text, 90_000)).map(({ raw }) => idOf(raw)));
        expect([...outage.tried].filter((id) => !ids.has(id))).toEqual([]);
        if (name === 'full') expect(outage.tried.size).toBeGreaterThan(0);
        figures.push(`${name} ${((rate / usual) * 100).toFixed(0)} % (${outage.tried.size} mails tried meanwhile)`);
        // Paced by the number, so a slow machine slows both alike; the short form lasts two seconds.
        expect(rate / usual).toBeGreaterThan(long ? 0.95 : 0.5);
      }
      await until(async () => (await place.look()).broadcasts[0]?.status === 'sent', 'the broadcast is sent', 20_000);
      // Nothing comes again when all is well.
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      expect((host?.taken ?? []).length).toBe(members);
      return {
        done: `${members} members with phone and mail; smarthost ${(long ? OUTAGES : OUTAGES.slice(0, 2)).map(([name]) => name).join(', ')}${long ? ', worker killed once' : ''}`,
        figure: `every mail once with the Message-ID that was tried; texts meanwhile at ${figures.join(', ')}`,
      };
    } finally {
      await place.clear();
      await host?.stop();
      await judge.stop();
    }
  },
  600_000,
);

function nth(of: string): number {
  const found = Array.from({ length: 1000 }, (_, n) => phone(n)).indexOf(of);
  if (found < 0) throw new Error('no such member');
  return found;
}
