import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { createIds } from '../../src/app/ids.ts';
import { createMailIntake } from '../../src/app/receiveMail.ts';
import { silentLog } from '../../src/log.ts';
import type { MailIntake } from '../../src/ports/mailIntake.ts';
import { NOON, SMALL_WORLD, userRow } from '../kit/rows.ts';
import { KEYED, type Opened, openBoth, scratch } from '../kit/store.ts';
import { DOMAIN, mailFrom } from './mailWorld.ts';

const folder = scratch();
let opened: Opened;
let intake: MailIntake;
let now = NOON;

beforeAll(async () => {
  opened = await openBoth(`file:${folder.path('postmaster.db')}`);
  intake = createMailIntake({
    ...{ store: opened.store, clock: { now: () => now }, ids: createIds(), log: silentLog },
    keyed: { ...KEYED, addressHash: KEYED.digest, fingerprint: 'test' },
    ...{ listDomain: DOMAIN, publicUrl: 'https://sms.example.se', wait: async () => {} },
  });
});
afterAll(async () => {
  await opened.close();
  folder.clear();
});

const told = () => opened.column(sql`select address || ' ' || number_id || ' ' || text from deliveries order by id`);
const kept = () => opened.column(sql`select subject from mails where book_id is null order by id`);

test('postmaster: nobody yet, then the administrators, not too often, and no robots (RFC 5321 4.5.1)', async () => {
  const postmaster = `postmaster@${DOMAIN}`;
  expect(await intake.recipient(postmaster)).toBeNull();
  await opened.store.commit([
    ...SMALL_WORLD,
    { add: 'users', row: userRow({ id: 'anna' }), exists: 'stale' },
    { add: 'users', row: userRow({ id: 'closed', disabledAt: 1 }), exists: 'stale' },
    { add: 'users', row: userRow({ id: 'sender', role: 'sender' }), exists: 'stale' },
  ]);
  expect(await intake.recipient(postmaster.toUpperCase())).toEqual({ kind: 'postmaster' });

  const receive = (subject: string, over: Parameters<typeof mailFrom>[2] = {}) =>
    intake.receive(
      mailFrom(
        'ops@example.org',
        { subject, text: 'Your mail is late.' },
        { to: postmaster, ...over, mail: { recipient: { kind: 'postmaster' } } },
      ),
    );
  expect(await receive('Late\r\nBcc: all@example.org', { proven: false })).toBe('done');
  expect(await told()).toEqual([
    `anna@example.se mail:org1 ops@example.org (?) → postmaster@${DOMAIN}\nLate Bcc: all@example.org\n\nYour mail is late.`,
  ]);
  expect(await receive('Again')).toBe('done');
  expect(await receive('Report', { envelopeFrom: '' })).toBe('done');
  expect((await told()).length).toBe(1);
  now += 10 * 60_000;
  expect(await receive('Later')).toBe('done');
  expect((await told()).length).toBe(2);
  expect((await kept()).length).toBe(4);
});
