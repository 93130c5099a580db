import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { ShownBook } from '../../src/app/showBook.ts';
import {
  bookFile,
  FUNCTIONARY,
  type Installation,
  install,
  newSid,
  phone,
  until,
  WRITER,
} from '../kit/installation.ts';
import { type Judge, type JudgeEvent, startJudge } from '../kit/judge.ts';
import { type Postgres, startPostgres } from '../kit/postgres.ts';
import { describeVectors } from '../kit/vectors.ts';

/** From a text on a phone to the texts on all phones, over real sockets, with the judge as the provider. */
describeVectors('twilio/twilio_judge.mjs', () => {
  const NEWCOMER = '+46701798001';
  const APPLICANT = '+46701798002';
  /** So many that a slow broadcast is still under way when a command comes. */
  const MANY = 60;
  const PARENTS = [phone(0), phone(1), phone(2)];

  async function tellers(judge: Judge, place: Installation) {
    const accepted = async (): Promise<JudgeEvent[]> => (await judge.log()).filter((line) => line.ev === 'accepted');
    return {
      accepted,
      /** Waits until the provider has taken a text to `to` that matches, and gives it. */
      async hears(to: string, text: RegExp): Promise<string> {
        const found = async () => (await accepted()).find((line) => line.to === to && text.test(line.body ?? ''));
        await until(async () => (await found()) !== undefined, `${text} to ${to.slice(-3)}`);
        return (await found())?.body ?? '';
      },
      got: async (text: string) => (await accepted()).filter((line) => line.body === text).map((line) => line.to ?? ''),
      says: async (from: string, text: string) => expect(await place.text(from, text)).toBe(200),
      async broadcast(text: string): Promise<ShownBook['broadcasts'][number]> {
        const found = (await place.look()).broadcasts.find((one) => one.text === text);
        if (!found) throw new Error('no such broadcast');
        return found;
      },
      async does(...args: string[]): Promise<string> {
        const answer = await place.run(...args);
        expect({ args, code: answer.code, stderr: answer.stderr }).toEqual({ args, code: 0, stderr: '' });
        return answer.stdout;
      },
    };
  }

  /** `confirm_above: off` and automatic approval, unless said otherwise; one part a second when `slow`. */
  const book = (of: { confirmAbove?: number; manual?: boolean; slow?: boolean } = {}): string =>
    bookFile({
      members: of.slow ? MANY : PARENTS.length,
      partsPerSecond: of.slow ? 1 : 100,
      book: [`approval: ${of.manual ? 'manual' : 'automatic'}`],
    }).replace('confirm_above: off', `confirm_above: ${of.confirmAbove ?? 'off'}`);

  async function everyday(judge: Judge, place: Installation): Promise<void> {
    const { accepted, hears, got, says, broadcast, does } = await tellers(judge, place);
    await place.apply(book());
    await place.serve();

    await says(NEWCOMER, 'Start!');
    expect(await hears(NEWCOMER, /nu med/)).toBe('Du är nu med i P12. Svara STOPP för att lämna.');
    await says(WRITER, 'START');
    await hears(WRITER, /nu med/);

    // B-20: everybody but the writer, who is a member too, gets the text; the writer gets a receipt.
    const first = 'Träningen börjar 17.30 i stället för 17';
    await says(WRITER, first);
    expect(await hears(WRITER, /går nu ut/)).toMatch(/^Meddelandet går nu ut till 4 personer i P12, 1 sms var\./);
    // The last receipt may come before the house finds the broadcast finished.
    await until(async () => (await broadcast(first)).status === 'sent', 'the first is sent');
    await until(async () => (await broadcast(first)).delivered === 4, 'receipts say delivered');
    expect((await got(first)).sort()).toEqual([...PARENTS, NEWCOMER].sort());
    expect(await broadcast(first)).toMatchObject({ recipients: 4, failed: 0, waiting: 0, status: 'sent', door: 'sms' });

    // B-27: anyone else's text goes to the functionaries, marked.
    await says(PARENTS[0] ?? '', 'Kan någon skjutsa Elsa hem?');
    expect(await hears(FUNCTIONARY, /skjutsa/)).toMatch(
      /^Meddelande ej skickat\. P12, .*: Kan någon skjutsa Elsa hem\?$/,
    );
    await hears(PARENTS[0] ?? '', /bara gått till de ansvariga/);

    await says(NEWCOMER, '”stopp” 🙏');
    await hears(NEWCOMER, /har lämnat P12/);
    const second = 'Kom ihåg vattenflaska och benskydd';
    await says(WRITER, second);
    await until(async () => (await broadcast(second)).delivered === 3, 'the second is delivered');
    expect((await got(second)).sort()).toEqual([...PARENTS].sort());

    // B-10: a book with approval.
    await place.apply(book({ manual: true }));
    await says(APPLICANT, 'START');
    await hears(APPLICANT, /går igenom anmälan/);
    await hears(FUNCTIONARY, /vill gå med i P12/);
    expect(await does('approve', 'p12', APPLICANT)).toContain('approved');
    await hears(APPLICANT, /nu med/);

    // B-22: above confirm_above the writer is asked for a code; a wrong one sends nothing.
    await place.apply(book({ confirmAbove: 3 }));
    const third = 'Cupen i Eslöv är inställd på grund av regnet';
    await says(WRITER, third);
    const code = /SÄND (\d{4})/.exec(await hears(WRITER, /Svara SÄND/))?.[1] ?? '';
    expect((await place.show()).held.map((one) => one.text)).toEqual([third]);
    await says(WRITER, `SÄND ${code === '1234' ? '4321' : '1234'}`);
    await hears(WRITER, /Fel kod/);
    expect(await got(third)).toEqual([]);
    await says(WRITER, `sand ${code.split('').join(' ')}`);
    await until(async () => (await broadcast(third)).delivered === 4, 'the third is delivered');
    expect((await got(third)).sort()).toEqual([...PARENTS, APPLICANT].sort());

    // Pause, resume and cancel by command, while it goes out at one part a second.
    await place.apply(book({ slow: true }));
    const fourth = 'Ni som kan: stanna och hjälp till att bära mål';
    await says(WRITER, fourth);
    await until(async () => (await got(fourth)).length >= 1, 'the fourth has begun');
    const { id } = await broadcast(fourth);
    expect(await does('pause', id)).toContain('paused');
    const sent = (await got(fourth)).length;
    // At this pace a copy on the wire is the only one that can still come.
    await says(PARENTS[1] ?? '', 'HJÄLP');
    await hears(PARENTS[1] ?? '', /drivs av Lunds IK/);
    expect((await got(fourth)).length - sent).toBeLessThanOrEqual(1);
    expect((await broadcast(fourth)).status).toBe('paused');
    await does('resume', id);
    await until(async () => (await got(fourth)).length > sent, 'it goes on');
    const cancelled = JSON.parse(await does('cancel', id, '--json')) as ShownBook['broadcasts'][number];
    expect(cancelled.status).toBe('cancelled');
    // A copy on the wire ends as it ends.
    expect(cancelled.waiting).toBeLessThanOrEqual(1);
    await until(async () => (await broadcast(fourth)).waiting === 0, 'nothing is on its way');
    const after = await broadcast(fourth);
    expect(after.accepted + after.cancelled).toBe(MANY + 1);
    expect(after.cancelled).toBeGreaterThan(MANY / 2);
    expect((await place.run('resume', id)).code).toBe(1);

    expect(await does('ledger', 'verify')).toContain('0 breaks');
    expect((await accepted()).every((line) => line.from === '+46766861001')).toBe(true);
    const report = await judge.report();
    expect(report).toMatchObject({ invalid: 0, unauthorised: 0, not_accepted: 0 });
  }

  /** What a person would look for after a move or a restore. */
  const kept = ({ members, broadcasts, counts }: ShownBook) => ({
    members,
    counts,
    broadcasts: broadcasts.map(({ id, text, accepted, cancelled, status }) => ({
      id,
      text,
      accepted,
      cancelled,
      status,
    })),
  });

  async function backupAndRestore(judge: Judge, place: Installation): Promise<void> {
    const { does } = await tellers(judge, place);
    await does('backup', 'copy.db');
    const elsewhere = await install(judge);
    try {
      mkdirSync(join(elsewhere.folder, 'data'));
      cpSync(join(place.folder, 'copy.db'), join(elsewhere.folder, 'data', 'startstopp.db'));
      cpSync(join(place.folder, 'data', 'secret.key'), join(elsewhere.folder, 'data', 'secret.key'));
      expect(kept(await elsewhere.show())).toEqual(kept(await place.show()));
      expect((await elsewhere.run('ledger', 'verify')).stdout).toContain('0 breaks');
      await elsewhere.serve();
      const sid = newSid();
      expect(await elsewhere.text(NEWCOMER, 'START', { sid })).toBe(200);
      const member = (await elsewhere.show()).members.find((one) => one.phone === NEWCOMER);
      expect(member?.status).toBe('active');
    } finally {
      await elsewhere.clear();
    }
  }

  test('on SQLite: joining, sending, leaving, approving, codes, pausing; backup, restore, and the move to PostgreSQL', async () => {
    const judge = await startJudge({ callbacks: 'delivered:1', cbDelay: '5-50' });
    const place = await install(judge);
    let postgres: Postgres | null = null;
    try {
      await everyday(judge, place);
      await backupAndRestore(judge, place);

      const before = kept(await place.show());
      await place.stopAll();
      postgres = await startPostgres();
      const url = await postgres.database();
      const { does, hears, says, got, broadcast } = await tellers(judge, place);
      await does('move', '--to', url);
      place.env['DATABASE_URL'] = url;
      expect(kept(await place.show())).toEqual(before);
      expect(await does('ledger', 'verify')).toContain('0 breaks');
      await place.serve();
      await place.apply(book());
      const text = 'Nu skickar vi från den nya databasen';
      await says(WRITER, text);
      await until(async () => (await broadcast(text)).delivered === MANY + 1, 'the copies are delivered');
      expect(await got(text)).not.toContain(NEWCOMER);
      await says(NEWCOMER, 'START');
      await until(
        async () => (await place.look()).members.some((one) => one.phone === NEWCOMER && one.status === 'active'),
        'who left can come back',
      );
      await hears(NEWCOMER, /nu med/);
      expect((await judge.report()).invalid).toBe(0);
    } finally {
      await place.clear();
      await postgres?.stop();
      await judge.stop();
    }
  }, 300_000);

  test('on PostgreSQL: the same day, and a backup restored elsewhere on SQLite', async () => {
    const judge = await startJudge({ callbacks: 'delivered:1', cbDelay: '5-50' });
    const postgres = await startPostgres();
    const place = await install(judge, { databaseUrl: await postgres.database() });
    try {
      await everyday(judge, place);
      await backupAndRestore(judge, place);
    } finally {
      await place.clear();
      await postgres.stop();
      await judge.stop();
    }
  }, 300_000);
});
