import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mailLine } from '../../src/core/mail.ts';
import type { MailRun } from '../../src/core/mailCopy.ts';
import { messageOf } from '../../src/delivery/letter.ts';
import type { Claimed, Lane, LaneBroadcast } from '../../src/ports/outbox.ts';
import { memberRow } from '../kit/rows.ts';
import { createScriptedProvider } from '../kit/scriptedProvider.ts';
import { only, openWorld, phone, until, type World } from './world.ts';

const LINE = mailLine('org1');
const BOOK = { id: 'k', name: 'P12', address: 'p12', locale: 'es', replyTo: 'book', senders: 'writers' } as const;
const RUN: MailRun = { book: BOOK, subject: 'Match', door: 'mail', writer: 'a@b.se', writerName: '', mailId: null };
const COPIES: LaneBroadcast = {
  id: 'b',
  bookId: 'k',
  text: 'Hej {name} i {klass} {okänd}',
  header: '*P12*',
  footer: 'Svara STOPP',
  parts: 0,
  quietFrom: null,
  quietTo: null,
  fanning: false,
  tagged: false,
  mail: RUN,
};
const LANE: Lane = {
  numberId: LINE,
  organisationId: 'org1',
  from: 'p12',
  provider: 'smtp',
  partsPerSecond: 0,
  timezone: 'Europe/Stockholm',
  dailyParts: null,
  mail: { organisation: 'Lunds IK', locale: 'sv' },
  broadcast: COPIES,
};
const ROW: Claimed = {
  id: 1,
  kind: 'copy',
  bookId: 'k',
  broadcastId: 'b',
  address: 'm1@example.se',
  text: null,
  parts: 0,
  attempts: 1,
  latestAt: 0,
  memberName: 'Anna',
  memberFields: { klass: '6B' },
  memberStatus: 'active',
  leftBook: false,
  stoppedOnNumber: false,
  blockedAtProvider: false,
  mail: { memberId: 'm1', book: null, letter: null },
};

describe('a delivery as it goes out', () => {
  test('a copy by mail has neither the header nor the footer of an SMS', () => {
    expect(messageOf(LANE, ROW)).toEqual({
      text: 'Hej Anna i {klass} {okänd}',
      mail: {
        kind: 'copy',
        organisation: 'Lunds IK',
        locale: 'es',
        book: BOOK,
        memberId: 'm1',
        name: 'Anna',
        letter: null,
        run: RUN,
      },
    });
    expect(messageOf({ ...LANE, mail: null }, { ...ROW, mail: null })).toEqual({
      text: '*P12* Hej Anna i {klass} {okänd}\nSvara STOPP',
      mail: null,
    });
  });

  test('fields are merged where the broadcast is tagged; two on one address have none', () => {
    const tagged = { ...LANE, broadcast: { ...COPIES, tagged: true } };
    expect(messageOf(tagged, ROW).text).toBe('Hej Anna i 6B ');
    expect(messageOf(tagged, { ...ROW, memberName: null, memberFields: null }).text).toBe('Hej  i  ');
  });

  test.each([
    ['of a book', { memberId: 'm1', book: BOOK, letter: { subject: 'Du har lämnat' } }, 'es'],
    ['of no book', { memberId: null, book: null, letter: null }, 'sv'],
  ] as const)('a reply %s', (_, mail, locale) => {
    const row: Claimed = { ...ROW, kind: 'left', broadcastId: null, text: 'Du har lämnat.', mail };
    expect(messageOf({ ...LANE, from: '', broadcast: null }, row)).toEqual({
      text: 'Du har lämnat.',
      mail: { kind: 'left', organisation: 'Lunds IK', locale, name: 'Anna', run: null, ...mail },
    });
  });
});

describe('texts and mails of one broadcast', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld();
  });
  afterEach(() => world.close());

  const mailMembers = (count: number) =>
    world.commit(
      ...Array.from({ length: count }, (_, n) => ({
        add: 'members' as const,
        row: memberRow({ id: `mail-${n}`, bookId: '100', mail: `m${n}@example.se` }),
        exists: 'stale' as const,
      })),
    );
  const settled = async () => {
    const { accepted = 0, queued = 0, claimed = 0 } = await world.statuses('b1');
    return { accepted, open: queued + claimed };
  };

  test('each goes its own way, and the broadcast is finished when both have', async () => {
    await world.book('100', 50);
    await mailMembers(50);
    await world.broadcast('b1', '100');
    const sms = createScriptedProvider();
    const smtp = createScriptedProvider({ name: 'smtp', concurrency: 5 });
    world.worker({ provider: only(sms, smtp) });
    await until(
      () => world.events.some(({ kind }) => kind === 'finished'),
      (over) => over,
    );
    expect(sms.dials.map(({ to }) => to).toSorted()).toEqual(Array.from({ length: 50 }, (_, n) => phone(n)).toSorted());
    expect(new Set(smtp.dials.map(({ to }) => to)).size).toBe(50);
    expect(smtp.dials).toHaveLength(50);
    for (const dial of smtp.dials)
      expect(dial).toMatchObject({ from: '100', mail: { kind: 'copy', memberId: expect.stringMatching(/^mail-/) } });
    expect(sms.dials.some(({ mail }) => mail !== undefined)).toBe(false);
  });

  test('no smarthost, or one that refuses us: the texts go, nothing is paused, and the mails wait', async () => {
    await world.book('100', 30);
    await mailMembers(30);
    await world.broadcast('b1', '100');
    const sms = createScriptedProvider();
    world.worker({ provider: only(sms), owner: 'first' });
    await until(settled, ({ accepted }) => accepted === 30);
    expect(await settled()).toEqual({ accepted: 30, open: 30 });
    const told = world.events.filter(({ kind }) => kind === 'configuration');
    expect(told).toEqual([expect.objectContaining({ provider: 'smtp', code: 'not_configured', broadcastId: null })]);
  });

  test('a password that is wrong stops the mails alone, and is told once', async () => {
    await world.book('100', 100);
    await mailMembers(30);
    await world.broadcast('b1', '100');
    const sms = createScriptedProvider({ takes: 5 });
    const smtp = createScriptedProvider({ name: 'smtp', concurrency: 5 });
    let right = false;
    smtp.rule(() => (right ? {} : { answer: { result: 'configuration', reason: '5.7.8', scope: 'account' } }));
    world.worker({ provider: only(sms, smtp), options: { refusedMs: 500 } });
    await until(settled, ({ accepted }) => accepted === 100);
    expect(smtp.dials.length).toBeLessThanOrEqual(10);
    expect(world.events.filter(({ kind }) => kind === 'configuration')).toEqual([
      expect.objectContaining({ provider: 'smtp', code: '5.7.8', broadcastId: null }),
    ]);
    right = true;
    await until(settled, ({ open }) => open === 0);
    expect(await world.statuses('b1')).toEqual({ accepted: 130 });
  });

  test('an unclear mail is sent again as the same delivery: there is no log to ask', async () => {
    await world.book('100', 0);
    await mailMembers(3);
    await world.broadcast('b1', '100');
    const smtp = createScriptedProvider({ name: 'smtp' });
    // Taken, and it did not say so; it keeps no log.
    smtp.rule((_, n) => (n <= 1 ? { answer: { result: 'unknown', reason: 'timeout' }, taken: false } : {}));
    const doubt = { firstLookMs: 50, againMs: 50, giveUpMs: 5_000, maxAttempts: 12, lookups: 10 };
    world.worker({ provider: only(createScriptedProvider(), smtp), options: { doubt } });
    await until(settled, ({ accepted }) => accepted === 3);
    const ids = smtp.dials.map(({ deliveryId }) => deliveryId);
    expect(new Set(ids).size).toBe(3);
    expect(ids.length).toBeGreaterThan(3);
  });
});
