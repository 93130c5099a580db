import { expect } from '@jest/globals';
import { bookFile, install, NUMBER, newSid, until } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { startPostgres } from '../kit/postgres.ts';
import { inboundForm, postForm } from '../kit/webhook.ts';
import { promise } from './promise.ts';

const AT_ONCE = 20;

for (const database of ['SQLite', 'PostgreSQL'] as const)
  promise(
    database === 'SQLite' ? 'F11' : 'F13',
    `the same webhook twice, ${AT_ONCE} at once, or replayed later (${database}): one change, same answer, no 5xx`,
    async (long) => {
      const judge = await startJudge();
      const postgres = database === 'PostgreSQL' ? await startPostgres() : null;
      const place = await install(judge, postgres ? { databaseUrl: await postgres.database() } : {});
      try {
        await place.apply(bookFile({ members: 1, partsPerSecond: 1000 }));
        let server = await place.serve();
        const people = Array.from({ length: long ? 20 : 4 }, (_, n) => {
          const from = `+46701760${String(n).padStart(3, '0')}`;
          return { from, start: newSid(), stop: newSid() };
        });
        const url = `${place.url}/webhooks/twilio/sms`;
        const send = (sid: string, from: string, body: string) =>
          postForm(url, inboundForm({ sid, account: judge.sid, from, to: NUMBER, body }), { token: judge.token });
        const together = (sid: string, from: string, body: string) =>
          Promise.all(Array.from({ length: AT_ONCE }, () => send(sid, from, body)));
        const statusOf = async (phone: string) =>
          (await place.show()).members.filter((one) => one.phone === phone).map((one) => one.status);
        const told = async (phone: string) =>
          (await judge.log()).filter((line) => line.ev === 'accepted' && line.to === phone).length;
        const sameAnswer = (answers: { status: number; body: string }[]) =>
          expect(new Set(answers.map((one) => `${one.status} ${one.body}`))).toEqual(new Set(['200 <Response/>']));

        let sent = 0;
        for (const { from, start } of people) {
          sameAnswer(await together(start, from, 'START'));
          sent += AT_ONCE;
        }
        await until(
          async () => (await Promise.all(people.map((one) => told(one.from)))).every((count) => count >= 1),
          'each is told once that they have joined',
        );
        const joined = await place.show();
        for (const { from } of people)
          expect(joined.members.filter((one) => one.phone === from).map((one) => one.status)).toEqual(['active']);
        expect(joined.log.filter((line) => line.what === 'inbound').length).toBe(people.length);

        for (const { from, stop } of people) {
          sameAnswer(await together(stop, from, 'STOPP'));
          sent += AT_ONCE;
        }
        await until(
          async () => (await Promise.all(people.map((one) => told(one.from)))).every((count) => count >= 2),
          'each is told once that they have left',
        );
        // The old START comes again: at once, among the STOPPs' own replays, and after a crash and a restart.
        for (const { from, start, stop } of people) {
          sameAnswer([...(await together(start, from, 'START')), ...(await together(stop, from, 'STOPP'))]);
          sent += 2 * AT_ONCE;
        }
        server.kill('SIGKILL');
        await server.gone;
        server = await place.serve();
        for (const { from, start } of people) {
          sameAnswer(await together(start, from, 'START'));
          sent += AT_ONCE;
        }
        const after = await place.show();
        for (const { from } of people) {
          const own = after.log.filter((line) => line.what === 'inbound' && line.from === from);
          const lines = own.map((line) => (line.what === 'inbound' ? `${line.at} ${line.rule} ${line.text}` : ''));
          const shown = { lines, member: after.members.filter((one) => one.phone === from).map((one) => one.status) };
          expect(shown).toEqual({
            lines: [expect.stringContaining('B-11'), expect.stringContaining('B-1 ')],
            member: ['unsubscribed'],
          });
        }
        expect(after.log.filter((line) => line.what === 'inbound').length).toBe(2 * people.length);
        // What was queued by mistake would go out before the answer to this.
        const witness = '+46701761999';
        expect((await send(newSid(), witness, 'START')).status).toBe(200);
        await until(async () => (await told(witness)) === 1, 'the witness is answered');
        for (const { from } of people) expect(await told(from)).toBe(2);
        expect(await statusOf(witness)).toEqual(['active']);
        expect((await judge.report()).invalid).toBe(0);
        return {
          done: `${sent} posts of ${2 * people.length} webhooks, ${AT_ONCE} at once, again after the STOPP, again after kill -9 and restart (${database})`,
          figure: `${people.length} joined once, left once, told twice; ${sent} of ${sent} answered 200 alike; 0 undone`,
        };
      } finally {
        await place.clear();
        await postgres?.stop();
        await judge.stop();
      }
    },
  );
