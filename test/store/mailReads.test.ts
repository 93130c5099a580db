import { expect, test } from '@jest/globals';
import { deliveryRow, eventRow, inboundRow, mailRow, memberRow, NOON, stopRow, tokenRow } from '../kit/rows.ts';
import { add, onBothDialects } from './dialects.ts';

const DAY = 86_400_000;
const coach = 'coach@example.se';
const bo = 'bo@example.se';
const piece = (rawId: string, no: number, createdAt: number) =>
  add('mailPieces', { rawId, no, content: Buffer.from([0, 255, no]), createdAt });
const file = (rawId: string, createdAt: number) =>
  add('attachments', { rawId, no: 0, name: 'a.pdf', type: 'application/pdf', content: Buffer.from('x'), createdAt });
const bounce = (id: string, address: string, at: number) =>
  add('bounces', { id, organisationId: 'org1', deliveryId: 1, address, kind: 'hard', code: '5.1.1', at });

onBothDialects('the mail door', (bench) => {
  const look = (sender: string, hash = 'none') => bench.store.reads.mailSnapshot('book1', sender, hash, NOON);

  test('a book as a writer, a member and a stranger meet it', async () => {
    await bench.store.createInstallation({ id: 'i', keyFingerprint: 'f', directoryVersion: 0, createdAt: NOON });
    await bench.done(
      add('writers', { bookId: 'book1', address: coach, alwaysConfirm: true }),
      add('functionaries', { bookId: 'book1', address: 'board@example.se' }),
      add('members', memberRow({ id: 'm1', mail: bo, name: 'Bo' })),
      add('members', memberRow({ id: 'm2', phone: '+46701000009', mail: 'cia@example.se' })),
      add('members', memberRow({ id: 'm3', phone: '+46701000008' })),
      add('members', memberRow({ id: 'm4', phone: '+46701000007', status: 'paused' })),
      add('tokens', tokenRow({ id: 't1' })),
      add('tokens', tokenRow({ id: 't2', usedAt: NOON })),
      add('tokens', tokenRow({ id: 't3', expiresAt: NOON - 1 })),
      add('tokens', tokenRow({ id: 't4', purpose: 'read' })),
      add('stops', stopRow({ addressHash: 'hash', scope: 'provider', scopeId: 'mail:org1', address: bo })),
    );
    // People, not addresses: who has both is one.
    expect(await look(coach)).toMatchObject({
      alwaysConfirms: true,
      openConfirms: 1,
      paused: null,
      view: { senderIsWriter: true, activeCount: 3, members: [], functionaries: ['+46701000002', 'board@example.se'] },
      snapshot: {
        number: { id: 'num1', providerKeywords: 'off' },
        conversation: { numberId: 'mail:org1', sender: coach, version: 0 },
      },
    });
    expect(await look(bo, 'hash')).toMatchObject({
      alwaysConfirms: false,
      openConfirms: 0,
      paused: { scope: 'provider' },
      view: { senderIsWriter: false, activeCount: 0, members: [{ id: 'm1' }] },
    });
    expect(await bench.store.reads.mailSnapshot('book9', bo, 'none', NOON)).toBeNull();
    // A text's snapshot counts the same people.
    const text = await bench.store.reads.snapshot('+46766861001', '+46701000001', 'none', { quotes: false, now: NOON });
    expect(text?.books[0]?.activeCount).toBe(3);
    await bench.done({ change: 'writers', where: { address: coach }, set: { alwaysConfirm: false }, none: 'stale' });
    expect(await look(coach)).toMatchObject({ alwaysConfirms: false });
  });

  test('mails, tokens, what was sent and what came back', async () => {
    const { reads } = bench.store;
    await bench.done(
      add('mails', mailRow({ id: 'a', inboundId: 'in1' })),
      add('mails', mailRow({ id: 'b' })),
      add('tokens', tokenRow({ id: 't1', purpose: 'join' })),
      add('deliveries', deliveryRow({ numberId: 'mail:org1', address: bo, parts: 0 })),
      add('deliveries', deliveryRow({ address: '+46701000003' })),
      bounce('b1', bo, NOON - 2),
      bounce('b2', bo, NOON),
      bounce('b3', 'other@example.se', NOON),
    );
    expect(await reads.mailOfInbound('in1')).toEqual(mailRow({ id: 'a', inboundId: 'in1' }));
    expect([await reads.mailOfInbound('in2'), await reads.mail('c')]).toEqual([null, null]);
    expect(await reads.mail('b')).toEqual(mailRow({ id: 'b' }));
    expect([await reads.token('t1'), await reads.token('t9')]).toEqual([tokenRow({ id: 't1', purpose: 'join' }), null]);
    const ids = (await bench.rows('select id from deliveries order by id')).map(({ id }) => Number(id));
    // Not the one on a number.
    expect(await reads.sentMails([...ids, 4711])).toEqual([
      {
        id: ids[0],
        organisationId: 'org1',
        bookId: 'book1',
        broadcastId: null,
        memberId: null,
        address: bo,
        providerId: null,
      },
    ]);
    expect(await reads.sentMails([])).toEqual([]);
    expect((await reads.bouncesOf(bo, NOON - 1)).map(({ id }) => id)).toEqual(['b2']);
    expect((await reads.bouncesOf(bo, 0)).map(({ id }) => id)).toEqual(['b1', 'b2']);
  });

  test('what has had its time', async () => {
    const { reads } = bench.store;
    await bench.done(
      add('mails', mailRow({ id: 'old', rawId: 'old' })),
      add('mails', mailRow({ id: 'young', rawId: 'young' })),
      piece('old', 0, NOON - 31 * DAY),
      piece('old', 1, NOON - 31 * DAY),
      piece('young', 0, NOON - DAY - 60_000),
      piece('orphan', 0, NOON - DAY - 60_000),
      piece('arriving', 0, NOON - 60_000),
      file('old', NOON - 8 * DAY),
      file('young', NOON - 6 * DAY),
      add('tokens', tokenRow({ id: 't1', expiresAt: NOON - 31 * DAY })),
      add('tokens', tokenRow({ id: 't2', expiresAt: NOON - DAY })),
      bounce('b1', bo, NOON - 31 * DAY),
      bounce('b2', bo, NOON),
    );
    expect((await reads.rawMailsOver(NOON - 30 * DAY, NOON - DAY, 10)).sort()).toEqual(['old', 'orphan']);
    expect(await reads.rawMailsOver(NOON - 30 * DAY, NOON - DAY, 1)).toHaveLength(1);
    expect(await reads.attachmentsOver(NOON - 7 * DAY, 10)).toEqual(['old']);
    expect(await reads.tokensOver(NOON - 30 * DAY, 10)).toEqual(['t1']);
    expect(await reads.bouncesOver(NOON - 30 * DAY, 10)).toEqual(['b1']);
  });

  test('erasing takes a person’s mails, links and what came back; what went to everybody keeps its words', async () => {
    await bench.done(
      add('inbounds', inboundRow({ id: 'in1', numberId: 'mail:org1', sender: bo, door: 'mail' })),
      add('inbounds', inboundRow({ id: 'in2', numberId: 'mail:org1', sender: bo, door: 'mail', broadcastId: 'b1' })),
      add('inbounds', inboundRow({ id: 'in3', numberId: 'mail:org1', sender: coach, door: 'mail' })),
      add('mails', mailRow({ id: 'm1', inboundId: 'in1', envelopeFrom: bo })),
      add('mails', mailRow({ id: 'm2', inboundId: 'in2', envelopeFrom: bo })),
      add('mails', mailRow({ id: 'm3', inboundId: 'in3' })),
      ...['raw-m1', 'raw-m2', 'raw-m3'].flatMap((raw) => [piece(raw, 0, NOON), file(raw, NOON)]),
      add('tokens', tokenRow({ id: 't1', address: bo })),
      add('tokens', tokenRow({ id: 't2' })),
      bounce('b1', bo, NOON),
      bounce('b2', coach, NOON),
      add('conversations', { numberId: 'mail:org1', sender: bo, state: {} as never, version: 1, updatedAt: NOON }),
    );
    const events = [eventRow({ id: 'e1', event: 'erased', bookId: null })];
    await bench.store.erase({ address: bo, addressHash: 'hash-bo', organisationIds: ['org1'], events, names: [] });
    const { reads } = bench.store;
    expect(await reads.mail('m1')).toMatchObject({ envelopeFrom: '', subject: '', text: '', proof: { from: '' } });
    expect(await reads.mail('m2')).toMatchObject({ envelopeFrom: '', subject: 'Match', proof: { from: '' } });
    expect(await reads.mail('m3')).toEqual(mailRow({ id: 'm3', inboundId: 'in3' }));
    expect((await bench.rows('select raw_id from mail_pieces')).map((row) => row['raw_id'])).toEqual(['raw-m3']);
    const files = await bench.rows('select raw_id from attachments order by raw_id');
    expect(files.map((row) => row['raw_id'])).toEqual(['raw-m2', 'raw-m3']);
    expect([await reads.token('t1'), (await reads.token('t2'))?.id]).toEqual([null, 't2']);
    expect([await reads.bouncesOf(bo, 0), (await reads.bouncesOf(coach, 0)).length]).toEqual([[], 1]);
    expect(await reads.conversation('mail:org1', bo)).toBeNull();
    const left = JSON.stringify([await bench.rows('select * from mails'), await bench.rows('select * from inbounds')]);
    expect(left).not.toContain(bo);
  });
});
