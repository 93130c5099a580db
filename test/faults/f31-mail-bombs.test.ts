import { readFile } from 'node:fs/promises';
import { expect } from '@jest/globals';
import { bookFile, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { sendMail, smtpTalk } from '../kit/mail.ts';
import { startYardstick } from '../kit/yardstick.ts';
import { installMail, LIST, letter, mailsOn, openPeer } from './mailPlace.ts';
import { promise } from './promise.ts';

const MIB = 1024 * 1024;
const HEAD = ['From: okand@elsewhere.example', `To: ${LIST}`, 'Subject: bomb', 'MIME-Version: 1.0'].join('\r\n');
const base64 = (octets: number) => `${'QUJD'.repeat(19)}\r\n`.repeat(Math.ceil(octets / 78));

/** Mails that are meant to hurt, each with a Message-ID of its own. */
const BOMBS: Record<string, (id: string) => string> = {
  '24 MB in one attachment': (id) =>
    `${HEAD}\r\nMessage-ID: ${id}\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(24 * MIB)}`,
  '24 MB of text': (id) =>
    `${HEAD}\r\nMessage-ID: ${id}\r\n\r\n${'Samma rad om och om igen, alltid densamma.\r\n'.repeat((24 * MIB) / 44)}`,
  '200 attachments': (id) =>
    `${HEAD}\r\nMessage-ID: ${id}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${`--b\r\nContent-Type: image/png; name=x.png\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64(50_000)}`.repeat(200)}--b--\r\n`,
  '1000 parts in each other': (id) =>
    `${HEAD}\r\nMessage-ID: ${id}\r\n${Array.from({ length: 1000 }, (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`).join('')}Hej\r\n`,
  '50,000 open elements': (id) =>
    `${HEAD}\r\nMessage-ID: ${id}\r\nContent-Type: text/html\r\n\r\n${'<div>\r\n'.repeat(50_000)}Hej\r\n`,
  '20,000 headers': (id) => `${HEAD}\r\nMessage-ID: ${id}\r\n${'X-More: yes\r\n'.repeat(20_000)}\r\nHej\r\n`,
  'one line of 20 MB': (id) => `${HEAD}\r\nMessage-ID: ${id}\r\n\r\n${'x'.repeat(20 * MIB)}\r\n`,
};

promise(
  'F31',
  'mail bombs and fifty idle connections: everybody else is served, memory flat',
  async (long) => {
    const rounds = long ? 6 : 1;
    const judge = await startJudge();
    const { place, smtp, clear } = await installMail(judge);
    try {
      await place.apply(bookFile({ members: 1 }));
      const server = await place.serve({ role: 'web,smtp' });
      const metric = async (name: string): Promise<number> => {
        const page = await (await fetch(`${place.url}/metrics`)).text();
        return Number(new RegExp(`^${name} (.*)$`, 'm').exec(page)?.[1]);
      };
      const idle = await Promise.all(Array.from({ length: 50 }, () => smtpTalk(smtp, { from: '127.0.0.9' })));
      const bombs = Object.entries(BOMBS);
      let number = 0;
      const answers: Record<string, number> = {};
      const barrage = async () => {
        // Each kind from a peer of its own, all at once.
        await Promise.all(
          bombs.map(async ([name, make], n) => {
            const peer = await openPeer(smtp, `127.0.0.${20 + n}`);
            answers[name] = await peer.send(make(`<f31-${number++}@elsewhere.example>`));
            peer.talk.destroy();
          }),
        );
      };
      // What the process needs at all is no growth: the first bombs warm it up.
      await barrage();
      await metric('nodejs_eventloop_lag_p99_seconds');
      const yardstick = startYardstick();
      const memory = await metric('process_resident_memory_bytes');
      let most = memory;
      let slowest = 0;
      let good = 0;
      for (let round = 0; round < rounds; round++) {
        let over = false;
        const bombing = barrage().finally(() => {
          over = true;
        });
        do {
          const begun = performance.now();
          const id = `<f31-good-${good}@elsewhere.example>`;
          // From ten places in turn: on a quick machine one alone would pass the 120 mails a minute that it may send.
          const localAddress = `127.0.0.${40 + (good % 10)}`;
          const fate = await sendMail(smtp, {
            ...{ from: 'bo@elsewhere.example', to: LIST, raw: letter(id), localAddress },
            ...{ ms: 20_000 },
          });
          expect(fate.code).toBe(250);
          expect(await place.text(WRITER, 'HJÄLP')).toBe(200);
          slowest = Math.max(slowest, performance.now() - begun);
          good++;
          most = Math.max(most, await residentOf(server.pid));
        } while (!over);
        await bombing;
      }
      const lag = 1000 * (await metric('nodejs_eventloop_lag_p99_seconds'));
      const stretch = await yardstick.stop();
      for (const talk of idle) talk.destroy();
      // Each got an answer: taken, or refused for what it is.
      expect(Object.entries(answers).filter(([, code]) => code !== 250 && code < 500)).toEqual([]);
      const stored = mailsOn(place);
      for (let n = 0; n < good; n++) expect(stored.get(`<f31-good-${n}@elsewhere.example>`)?.times).toBe(1);
      await until(async () => (await fetch(`${place.url}/healthz`)).status === 200, 'it is well', 5_000);
      expect(server.log()).not.toMatch(/uncaught/i);
      const grown = (most - memory) / 1e6;
      // On a machine of its own: what ran beside it made everything take so many times as long.
      expect(lag / stretch).toBeLessThan(100);
      expect(slowest / stretch).toBeLessThan(10_000);
      expect(grown).toBeLessThan(150);
      return {
        done: `${bombs.length} kinds of bombs at once (up to 24 MB), ${rounds === 1 ? 'once' : `${rounds} times`} after a first, fifty idle connections, ${good} good mails and texts meanwhile`,
        figure: `event loop p99 ${lag.toFixed(0)} ms on a machine ${stretch.toFixed(1)} times as slow as at rest, memory at most +${grown.toFixed(0)} MB, a good mail and a text in ${(slowest / 1000).toFixed(1)} s at worst, lost 0`,
      };
    } finally {
      await clear();
      await judge.stop();
    }
  },
  800_000,
);

/** Octets of memory that a process has (`VmRSS`). */
async function residentOf(pid: number): Promise<number> {
  return 1024 * Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}
