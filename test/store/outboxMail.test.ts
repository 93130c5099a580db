import { describe, expect, test } from '@jest/globals';
import { whoGetsIt } from '../../src/app/desk/whoGetsIt.ts';
import type { Broadcast } from '../../src/core/broadcast.ts';
import { mailLine } from '../../src/core/mail.ts';
import type { Member } from '../../src/core/member.ts';
import type { Lane } from '../../src/ports/outbox.ts';
import { fanOutOf } from '../../src/store/outboxFanOut.ts';
import { broadcastRow, copyRow, mailRow, memberRow, NOON, stopRow, userRow } from '../kit/rows.ts';
import { add, onBothDialects } from './dialects.ts';
import { claim, LEASE, phone, reply } from './outboxWorld.ts';

const LINE = mailLine('org1');
const mail = (i: number): string => `m${i}@example.se`;

onBothDialects('mail out', (bench) => {
  const outbox = () => bench.store.outbox;
  const members = (...rows: (Partial<Member> & { id: string })[]) =>
    bench.done(...rows.map((row) => add('members', memberRow(row))));
  const broadcast = (row: Partial<Broadcast> = {}) =>
    bench.done(add('broadcasts', broadcastRow({ id: 'b1', fanCursor: '', ...row })));
  const fanOut = async (page = 100) => {
    const store = fanOutOf(bench.db, page);
    while ((await store.fanOut('b1', NOON)) === 'more');
  };
  const copies = async () =>
    (await bench.rows('select address from deliveries where broadcast_id is not null'))
      .map(({ address }) => String(address))
      .toSorted();
  const laneWhere = async (which: (lane: Lane) => boolean): Promise<Lane> => {
    const lane = (await outbox().lanes(NOON)).find(which);
    if (!lane) throw new Error('no such lane');
    return lane;
  };
  const mailLane = () => laneWhere((lane) => lane.provider === 'smtp');

  test('a mail copy costs no parts and stands on the organisation’s mail line', async () => {
    await members({ id: 'm1', phone: phone(1), mail: mail(1) });
    await broadcast({ parts: 2 });
    await fanOut();
    expect(
      await bench.rows('select number_id, address, parts, member_id, priority, latest_at from deliveries order by id'),
    ).toEqual([
      {
        number_id: 'num1',
        address: phone(1),
        parts: 2,
        member_id: 'm1',
        priority: 5,
        latest_at: NOON + 4 * 3_600_000,
      },
      { number_id: LINE, address: mail(1), parts: 0, member_id: 'm1', priority: 5, latest_at: NOON + 4 * 3_600_000 },
    ]);
  });

  describe('whom a copy goes to', () => {
    test.each<[string, Partial<Member>, Parameters<typeof stopRow>[0], Partial<Broadcast>, string[]]>([
      ['both addresses', {}, { address: 'other@example.se' }, {}, [phone(1), mail(1)]],
      ['left by mail: by neither (B-39)', {}, { address: mail(1) }, {}, []],
      ['left by phone: by neither (B-39)', {}, { address: phone(1) }, {}, []],
      ['left everything on the number', {}, { address: phone(1), scope: 'number', scopeId: 'num1' }, {}, []],
      [
        'the phone is blocked at its provider: the mail goes',
        {},
        { address: phone(1), scope: 'provider', scopeId: 'num1' },
        {},
        [mail(1)],
      ],
      [
        'the address is paused for mail (bounces): the text goes',
        {},
        { address: mail(1), scope: 'provider', scopeId: LINE },
        {},
        [phone(1)],
      ],
      ['another book', {}, { address: mail(1), scopeId: 'book2' }, {}, [phone(1), mail(1)]],
      ['the writer by mail gets neither (B-20)', {}, {}, { writer: mail(1), door: 'mail' }, []],
      ['the writer by phone gets neither', {}, {}, { writer: phone(1) }, []],
      ['mail only', { phone: null }, {}, {}, [mail(1)]],
      ['paused', { status: 'paused' }, {}, {}, []],
      ['their choice: mail, so no text', { via: 'mail' }, {}, {}, [mail(1)]],
      ['their choice: text, so no mail', { via: 'sms' }, {}, {}, [phone(1)]],
      ['by text only, who has no mail', { via: 'sms', mail: null }, {}, {}, [phone(1)]],
      ['by mail only, who has no phone', { via: 'mail', phone: null }, {}, {}, [mail(1)]],
      ['their choice does not undo leaving by the other (B-39)', { via: 'sms' }, { address: mail(1) }, {}, []],
    ])('%s', async (_, row, stop, about, wanted) => {
      await members({ id: 'm1', phone: phone(1), mail: mail(1), ...row });
      await bench.done(add('stops', stopRow({ addressHash: 'h1', ...stop })));
      await broadcast(about);
      await fanOut();
      expect(await copies()).toEqual(wanted.toSorted());
      const reach = { bookId: 'book1', numberId: 'num1', writer: about.writer ?? '+46701000001' };
      const [reached] = await bench.store.reads.reached(reach, { after: '', limit: 10 });
      expect([reached?.phone, reached?.mail].filter((address) => address != null)).toEqual(wanted);
    });

    test('two on one mail address get one mail, the first', async () => {
      await members({ id: 'm1', mail: mail(1), name: 'Anna' }, { id: 'm2', phone: phone(2), mail: mail(1) });
      await broadcast();
      await fanOut();
      expect(await copies()).toEqual([phone(2), mail(1)].toSorted());
      const [row] = await claim(bench.store, await mailLane());
      expect(row).toMatchObject({ memberName: null, mail: { memberId: 'm1' } });
    });

    test.each([1, 2, 3, 100])('the only mail member stands last, in pages of %i', async (page) => {
      await members(...[1, 2, 3, 4].map((i) => ({ id: `m${i}`, phone: phone(i) })), {
        id: 'm5',
        phone: phone(5),
        mail: mail(5),
      });
      await broadcast();
      await fanOut(page);
      expect(await copies()).toEqual([...[1, 2, 3, 4, 5].map(phone), mail(5)].toSorted());
    });

    test('a mail member who joins while it fans out gets one too', async () => {
      await members(...[1, 2, 3].map((i) => ({ id: `m${i}`, phone: phone(i) })));
      await broadcast();
      const store = fanOutOf(bench.db, 2);
      expect(await store.fanOut('b1', NOON)).toBe('more');
      await members({ id: 'm9', mail: mail(9) });
      while ((await store.fanOut('b1', NOON)) === 'more');
      expect(await copies()).toContain(mail(9));
    });

    test('a choice holds from the next page that is written; a copy that is written goes, so that nobody gets nothing', async () => {
      const both = [1, 2].map((i) => ({ id: `m${i}`, phone: phone(i), mail: mail(i) }));
      await members(...both);
      await broadcast({ status: 'scheduled' });
      const choose = (id: string, via: Member['via']) =>
        bench.done({ change: 'members', where: { id }, set: { via }, none: 'stale' });
      // Between scheduling and sending.
      await choose('m1', 'mail');
      await bench.done({ change: 'broadcasts', where: { id: 'b1' }, set: { status: 'sending' }, none: 'stale' });
      const store = fanOutOf(bench.db, 1);
      expect(await store.fanOut('b1', NOON)).toBe('more');
      expect(await copies()).toEqual([mail(1)]);
      // Between writing and dialling: m1's one copy stays theirs, m2 is not written yet.
      await choose('m1', 'sms');
      await choose('m2', 'sms');
      while ((await store.fanOut('b1', NOON)) === 'more');
      expect(await copies()).toEqual([phone(2), mail(1)].toSorted());
      expect(await claim(bench.store, await mailLane())).toMatchObject([{ address: mail(1), memberStatus: 'active' }]);
    });

    test('the count before sending, the receipt and the fan-out count the same people', async () => {
      await members(
        { id: 'm1', phone: phone(1), mail: mail(1), via: 'mail' },
        { id: 'm2', phone: phone(2), mail: mail(2), via: 'sms' },
        { id: 'm3', phone: phone(3), mail: mail(3) },
      );
      await broadcast();
      await fanOut();
      const who = await whoGetsIt(
        bench.store.reads,
        { bookId: 'book1', numberId: 'num1', writer: 'x@y.se' },
        null,
        NOON,
      );
      expect([who.recipients, who.texts]).toEqual([3, 2]);
      expect(await copies()).toEqual([phone(2), phone(3), mail(1), mail(3)].toSorted());
    });

    test('a part of the book (T-13)', async () => {
      await members(
        { id: 'm1', mail: mail(1), labels: ['Lag 1'] },
        { id: 'm2', mail: mail(2) },
        { id: 'm3', phone: phone(3), labels: ['lag 1'] },
      );
      await broadcast({ audience: { labels: ['Lag 1'], fields: {} } });
      await fanOut();
      expect(await copies()).toEqual([phone(3), mail(1)].toSorted());
    });
  });

  test('texts and mails of one broadcast are claimed apart, each with what it needs', async () => {
    await members({ id: 'm1', phone: phone(1), mail: mail(1), name: 'Anna' });
    await bench.done(add('users', userRow({ id: 'u1', mail: 'coach@example.se', name: 'Kim Ek' })));
    await broadcast({ door: 'mail', writer: 'coach@example.se', subject: 'Match', mailId: 'mail1', sender: 'P12' });
    await fanOut();
    const [texts, mails, ...more] = await outbox().lanes(NOON);
    expect(more).toEqual([]);
    if (!texts || !mails) throw new Error('no lanes');
    expect(texts).toMatchObject({ numberId: 'num1', from: 'P12', mail: null, broadcast: { mail: null } });
    expect(mails).toEqual({
      numberId: LINE,
      organisationId: 'org1',
      from: 'p12',
      provider: 'smtp',
      partsPerSecond: 0,
      timezone: 'Europe/Stockholm',
      dailyParts: null,
      mail: { organisation: 'Lunds IK', locale: 'sv' },
      broadcast: {
        ...texts.broadcast,
        parts: 0,
        mail: {
          book: {
            id: 'book1',
            name: 'Föräldrar P12',
            address: 'p12',
            locale: 'sv',
            replyTo: 'writer',
            senders: 'writers',
          },
          subject: 'Match',
          door: 'mail',
          writer: 'coach@example.se',
          writerName: 'Kim Ek',
          mailId: 'mail1',
        },
      },
    });
    expect(await claim(bench.store, mails)).toMatchObject([
      { address: mail(1), parts: 0, memberName: 'Anna', memberStatus: 'active', mail: { memberId: 'm1', book: null } },
    ]);
    expect(await claim(bench.store, mails)).toEqual([]);
    expect(await claim(bench.store, texts)).toMatchObject([{ address: phone(1), parts: 1, mail: null }]);
  });

  test('a cost cap and a pace are not for mail; quiet hours are', async () => {
    await bench.change('update organisations set daily_parts = 10');
    await bench.change(`update books set quiet_from = '21:00', quiet_to = '07:00'`);
    await members({ id: 'm1', mail: mail(1) });
    await broadcast();
    await fanOut();
    expect(await mailLane()).toMatchObject({
      dailyParts: null,
      partsPerSecond: 0,
      broadcast: { quietFrom: '21:00', quietTo: '07:00', fanning: false },
    });
    await bench.change('update organisations set daily_parts = null');
  });

  test('what is true of a mail copy at its claim', async () => {
    await members(
      { id: 'm1', mail: mail(1), status: 'unsubscribed' },
      { id: 'm2', mail: mail(2) },
      { id: 'm3', mail: mail(3) },
      { id: 'm4', mail: mail(4), phone: phone(4) },
      { id: 'm5', mail: 'new@example.se' },
    );
    await broadcast({ fanCursor: null });
    await bench.done(
      ...[1, 2, 3, 4, 5].map((i) =>
        add(
          'deliveries',
          copyRow({ broadcastId: 'b1', address: mail(i), memberId: `m${i}`, numberId: LINE, parts: 0 }),
        ),
      ),
      add('stops', stopRow({ address: mail(2), addressHash: 'h2' })),
      add('stops', stopRow({ address: mail(3), addressHash: 'h3', scope: 'provider', scopeId: LINE })),
      add('stops', stopRow({ address: phone(4), addressHash: 'h4' })),
    );
    const rows = await claim(bench.store, await mailLane());
    expect(rows.map((row) => [row.memberStatus, row.leftBook, row.blockedAtProvider])).toEqual([
      ['unsubscribed', false, false],
      ['active', true, false],
      ['active', false, true],
      ['active', true, false],
      [null, false, false],
    ]);
  });

  test('replies and notices by mail: their letter, their book, and whose links they carry', async () => {
    await members({ id: 'm1', mail: mail(1), status: 'unsubscribed' });
    await bench.done(
      reply({ numberId: LINE, address: mail(1), kind: 'left', parts: 0, letter: { subject: 'Du har lämnat' } }),
      reply({ numberId: LINE, address: 'x@example.se', kind: 'notice', priority: 1, bookId: null, parts: 0 }),
    );
    const lane = await mailLane();
    expect(lane).toMatchObject({ numberId: LINE, from: '', broadcast: null, mail: { organisation: 'Lunds IK' } });
    expect((await claim(bench.store, lane)).map((row) => row.mail)).toEqual([
      {
        memberId: 'm1',
        book: expect.objectContaining({ address: 'p12', name: 'Föräldrar P12' }),
        letter: { subject: 'Du har lämnat' },
      },
      { memberId: null, book: null, letter: null },
    ]);
  });

  test('B-36 by mail: the confirmation waits for a copy on the wire, and a leave sees its age', async () => {
    await members({ id: 'm1', mail: mail(1) });
    await broadcast();
    await fanOut();
    await bench.done(
      reply({ numberId: LINE, address: mail(1), kind: 'left' }),
      reply({ numberId: LINE, address: mail(2), kind: 'left' }),
    );
    expect(await outbox().claimedCopyAge(LINE, mail(1))).toBeNull();
    const copy = await laneWhere((lane) => lane.broadcast !== null && lane.mail !== null);
    const [claimed] = await claim(bench.store, copy);
    expect(await outbox().claimedCopyAge(LINE, mail(1))).toBeGreaterThanOrEqual(0);
    const replies = await laneWhere((lane) => lane.broadcast === null);
    expect((await claim(bench.store, replies)).map((row) => row.address)).toEqual([mail(2)]);
    await outbox().settle('w1', [{ id: claimed?.id ?? 0, to: 'accepted', providerId: '<d1@x>', at: NOON }]);
    expect((await claim(bench.store, replies)).map((row) => row.address)).toEqual([mail(1)]);
  });

  test.each<[string, { numberId: string; bookId: string | null }]>([
    ['in the book, by mail', { numberId: LINE, bookId: 'book1' }],
    ['in the book, by phone', { numberId: 'num1', bookId: 'book1' }],
    ['everywhere, by mail', { numberId: LINE, bookId: null }],
    ['everywhere, by phone', { numberId: 'num1', bookId: null }],
  ])('a leave cancels the copies to either address: %s', async (_, which) => {
    await members({ id: 'm1', phone: phone(1), mail: mail(1) }, { id: 'm2', mail: mail(2) });
    await broadcast();
    await fanOut();
    const cancel = (address: string) => ({ cancelCopies: { ...which, address, reason: 'left', at: NOON } });
    await bench.done(cancel(phone(1)), cancel(mail(1)));
    const rows = await bench.rows(`select address from deliveries where status = 'queued'`);
    expect(rows).toEqual([{ address: mail(2) }]);
  });

  test('the whole of a mail: its text and what it carried, in its order', async () => {
    const file = (no: number) => ({ rawId: 'raw-mail1', no, name: `${no}.bin`, type: 'a/b', createdAt: NOON });
    await bench.done(
      add('mails', mailRow({ id: 'mail1', text: 'Hej alla' })),
      add('mails', mailRow({ id: 'mail2', text: 'Bara text' })),
      add('attachments', { ...file(1), content: Buffer.from([1, 255]) }),
      add('attachments', { ...file(0), content: Buffer.from([0]) }),
    );
    const whole = await bench.store.reads.wholeMail('mail1');
    expect(whole?.text).toBe('Hej alla');
    expect(whole?.attachments.map(({ name, content }) => [name, [...content]])).toEqual([
      ['0.bin', [0]],
      ['1.bin', [1, 255]],
    ]);
    expect(await bench.store.reads.wholeMail('mail2')).toEqual({ text: 'Bara text', attachments: [] });
    expect(await bench.store.reads.wholeMail('none')).toBeNull();
  });

  test('a mail in doubt, the backlog by line, what expires, and a broadcast that is finished', async () => {
    await members({ id: 'm1', phone: phone(1), mail: mail(1) }, { id: 'm2', mail: mail(2) });
    await broadcast({ parts: 3 });
    await fanOut();
    expect((await outbox().backlog()).toSorted((a, b) => a.numberId.localeCompare(b.numberId))).toEqual([
      { numberId: LINE, queued: 2, parts: 0 },
      { numberId: 'num1', queued: 1, parts: 3 },
    ]);
    await claim(bench.store, await mailLane(), 1, 'w1', -1);
    expect(await outbox().takeInDoubt('w2', 10, NOON, LEASE)).toMatchObject([
      { numberId: LINE, provider: 'smtp', from: 'p12', address: mail(1), kind: 'copy' },
    ]);
    await bench.change(`update deliveries set status = 'accepted' where status = 'claimed' or address = '${phone(1)}'`);
    expect(await outbox().finish(NOON)).toEqual([]);
    const late = NOON + 5 * 3_600_000;
    expect(await outbox().expireLate(late)).toEqual([{ broadcastId: 'b1', count: 1 }]);
    expect(await outbox().finish(late)).toEqual([{ id: 'b1', bookId: 'book1' }]);
  });
});
