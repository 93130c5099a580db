import { afterAll, describe, expect, test } from '@jest/globals';
import { lookAtToken, readToken, useToken } from '../../src/app/confirmMail.ts';
import { answerInbound } from '../../src/app/desk/answerInbound.ts';
import { keepHouse } from '../../src/app/housekeeping.ts';
import { leaveByLink, lookAtLeaveToken, makeLeaveToken, returnByLink } from '../../src/app/leaveLink.ts';
import { createReceiveText } from '../../src/app/receiveText.ts';
import { makeReturnPath, messageIdOf } from '../../src/core/returnPath.ts';
import { bookRow, memberRow } from '../kit/rows.ts';
import { bo, board, cia, coach, DOMAIN, dan, eve, mailFrom, mailWorld, outgoing } from './mailWorld.ts';
import { worlds } from './world.ts';

const { create, close } = worlds('sqlite');
afterAll(close);

const begin = async () => {
  const world = await create();
  return { ...(await mailWorld(world)), later: world.later };
};
const inboundsOf = async ({ store }: Awaited<ReturnType<typeof begin>>) =>
  (await store.reads.log('book1', 50)).inbounds;
const linkIn = (text: string, path: string): string => new RegExp(`/${path}/(\\S+)`).exec(text)?.[1] ?? '';

describe('recipient (M-5)', () => {
  test('a book, its suffixes and return paths; nothing else', async () => {
    const { intake, deps } = await begin();
    expect(await intake.recipient(`P12@${DOMAIN.toUpperCase()}`)).toMatchObject({ kind: 'book', suffix: '' });
    expect(await intake.recipient(`p12+leave@${DOMAIN}`)).toMatchObject({ kind: 'book', suffix: 'leave' });
    const back = `${makeReturnPath(17, deps.keyed.mac)}@${DOMAIN}`;
    expect(await intake.recipient(back)).toEqual({ kind: 'bounce', deliveryId: 17 });
    expect(await intake.recipient(back.replace('17', '18'))).toBeNull();
    for (const other of ['p13', 'p12+x', 'p12+', '+join', ''])
      expect(await intake.recipient(`${other}@${DOMAIN}`)).toBeNull();
    expect(await intake.recipient('p12@example.org')).toBeNull();
  });
});

describe('M-1: a proven writer', () => {
  test('reaches everybody, hears how many, and functionaries are told', async () => {
    const world = await begin();
    const mail = mailFrom(coach, { subject: 'Match', text: 'Matchen flyttas till 18 i morgon.' });
    expect(await world.intake.receive(mail)).toBe('done');
    const [broadcast] = await world.store.reads.broadcasts('book1', 5);
    expect(broadcast).toMatchObject({
      status: 'sending',
      door: 'mail',
      writer: coach,
      subject: 'Match',
      numberId: 'num1',
    });
    expect(broadcast?.text).toContain('Matchen flyttas till 18 i morgon.');
    const [inbound] = await inboundsOf(world);
    expect(inbound).toMatchObject({
      kind: 'broadcast',
      rule: 'M-1',
      door: 'mail',
      sender: coach,
      numberId: 'mail:org1',
    });
    expect(await world.store.reads.mailOfInbound(inbound?.id ?? '')).toMatchObject({
      id: broadcast?.mailId,
      text: 'Matchen flyttas till 18 i morgon.',
      proof: { proven: true },
    });
    const sent = await outgoing(world.store);
    expect(sent.map(({ to, kind }) => [to, kind])).toEqual([
      [coach, 'answer'],
      [dan, 'notice'],
      [board, 'notice'],
    ]);
    // Bo and Cia: people, not addresses.
    expect(sent[0]).toMatchObject({ subject: '[P12] Ditt meddelande går ut' });
    expect(sent[0]?.text).toContain('2 personer');
  });

  test('B-28: the same mail again is one broadcast', async () => {
    const world = await begin();
    const mail = mailFrom(coach, { text: 'Matchen flyttas till 18.' });
    expect(await world.intake.receive(mail)).toBe('done');
    expect(await world.intake.receive({ ...mail, rawId: 'again', unstored: [] })).toBe('duplicate');
    expect(await world.store.reads.broadcasts('book1', 5)).toHaveLength(1);
  });

  test('B-28: another subject is another mail; without Message-ID and Date so is the same on another day', async () => {
    const world = await begin();
    const mail = mailFrom(bo, { subject: 'STOPP' }, { content: { messageId: '', headers: [] } });
    const again = (subject: string, rawId: string) =>
      world.intake.receive({ ...mail, rawId, unstored: [], content: { ...mail.content, subject } });
    expect(await world.intake.receive(mail)).toBe('done');
    expect(await again('STOPP', 'retry')).toBe('duplicate');
    expect(await again('START', 'start')).toBe('done');
    world.later(24 * 3_600_000);
    expect(await again('STOPP', 'later')).toBe('done');
  });
});

describe('one mail to two books', () => {
  test('goes out in both, and is stored once', async () => {
    const world = await begin();
    await world.store.commit([
      { add: 'books', row: bookRow({ id: 'book2', address: 'p14', main: false, keyword: 'P14' }), exists: 'stale' },
      { add: 'writers', row: { bookId: 'book2', address: coach, alwaysConfirm: false }, exists: 'stale' },
      { add: 'members', row: memberRow({ id: 'm14', bookId: 'book2', mail: bo }), exists: 'stale' },
    ]);
    const to = [`p12@${DOMAIN}`, `p14@${DOMAIN}`];
    const one = mailFrom(coach, { text: 'Matchen flyttas till 18.' }, { content: { to } });
    const recipient = { kind: 'book' as const, organisationId: 'org1', suffix: '' };
    const results = await Promise.all([
      world.intake.receive(one),
      world.intake.receive({ ...one, recipient: { ...recipient, bookId: 'book2', address: 'p14' } }),
    ]);
    expect(results).toEqual(['done', 'done']);
    expect(await world.store.reads.broadcasts('book1', 5)).toMatchObject([{ status: 'sending' }]);
    expect(await world.store.reads.broadcasts('book2', 5)).toMatchObject([{ status: 'sending' }]);
    expect(await world.store.reads.rawMailsOver(world.deps.clock.now() + 1, 0, 9)).toEqual([one.rawId]);
  });
});

describe('M-2: held until its link is used', () => {
  const hold = async () => {
    const world = await begin();
    await world.intake.receive(
      mailFrom(coach, { subject: 'Match', text: 'Matchen flyttas till 18.' }, { proven: false }),
    );
    const [mail] = await outgoing(world.store);
    return { world, mail, secret: linkIn(mail?.text ?? '', 'confirm') };
  };

  test('nothing is sent; the link goes to the writer with the reasons', async () => {
    const { world, mail, secret } = await hold();
    expect(await world.store.reads.broadcasts('book1', 5)).toMatchObject([{ status: 'held' }]);
    expect(mail).toMatchObject({ to: coach, subject: '[P12] Bekräfta innan vi skickar' });
    expect(mail?.text).toContain('vi kan inte se att det kom från dig');
    expect(await outgoing(world.store)).toHaveLength(1);
    const looked = await lookAtToken(secret, world.deps);
    expect(looked).toMatchObject({ purpose: 'send', state: 'open', count: 2, mail: { proof: { proven: false } } });
    expect(await world.store.reads.broadcasts('book1', 5)).toMatchObject([{ status: 'held' }]);
  });

  test('twenty uses at once are one broadcast (F17)', async () => {
    const { world, secret } = await hold();
    const results = await Promise.all(Array.from({ length: 20 }, () => useToken(secret, world.deps)));
    expect(results.filter(({ ok }) => ok)).toEqual([{ ok: true, outcome: 'sent', count: 2, book: bookRow() }]);
    expect(results.filter(({ ok }) => !ok).every((result) => !result.ok && ['used', 'busy'].includes(result.why))).toBe(
      true,
    );
    expect(await world.store.reads.broadcasts('book1', 5)).toMatchObject([{ status: 'sending' }]);
    expect(await lookAtToken(secret, world.deps)).toMatchObject({ state: 'used' });
  });

  test('a day later it is over', async () => {
    const { world, secret } = await hold();
    world.later(25 * 3_600_000);
    expect(await useToken(secret, world.deps)).toEqual({ ok: false, why: 'over' });
    expect(await useToken('made-up', world.deps)).toEqual({ ok: false, why: 'unknown' });
  });

  test('who no longer writes sends nothing by an old link', async () => {
    const { world, secret } = await hold();
    await world.store.commit([{ remove: 'writers', where: { bookId: 'book1', address: coach } }]);
    expect(await useToken(secret, world.deps)).toEqual({ ok: false, why: 'not_writer' });
    expect(await world.store.reads.broadcasts('book1', 5)).toMatchObject([{ status: 'expired' }]);
  });
});

describe('M-3: anyone else', () => {
  test('functionaries get the whole of it, marked, and can answer the sender', async () => {
    const world = await begin();
    await world.intake.receive(
      mailFrom(eve, { subject: 'Fråga', text: `När börjar det?\n${'Lång text. '.repeat(200)}` }),
    );
    const inbounds = await inboundsOf(world);
    expect(inbounds).toMatchObject([{ kind: 'forwarded', rule: 'M-3' }]);
    const rows = await world.store.reads.deliveriesOf(inbounds[0]?.id ?? '');
    const [sms, mail, notice] = rows;
    expect(sms).toMatchObject({ address: dan, numberId: 'num1', parts: 3, letter: null });
    expect(sms?.text).toMatch(/^Meddelande ej skickat\. P12, eve@example\.org: Fråga: När börjar det/);
    expect(mail).toMatchObject({ address: board, numberId: 'mail:org1', parts: 0, letter: { replyTo: eve } });
    expect(mail?.letter?.subject).toBe('[P12] Meddelande ej skickat: Fråga');
    expect(mail?.text?.length).toBeGreaterThan(2000);
    expect(notice).toMatchObject({ address: eve, kind: 'answer' });
    expect(notice?.letter?.inReplyTo).toMatch(/@example\.org>$/);
    expect(await world.store.reads.broadcasts('book1', 5)).toEqual([]);
  });

  test('the sender is told once a day', async () => {
    const world = await begin();
    for (const text of ['Hej, när börjar det?', 'Och var är det?', 'Hallå, är ni där?']) {
      await world.intake.receive(mailFrom(eve, { text }));
      world.later(60_000);
    }
    expect((await outgoing(world.store)).filter(({ to }) => to === eve)).toHaveLength(1);
  });
});

describe('leaving (M-8) and joining', () => {
  test('a proven leave word leaves at every address', async () => {
    const world = await begin();
    await world.intake.receive(mailFrom('cia@example.se', { subject: 'Re: [P12] Match', text: 'STOPP' }));
    const member = await world.store.reads.member('m-cia');
    expect(member?.status).toBe('unsubscribed');
    const hashes = [cia, 'cia@example.se'].map(world.deps.keyed.addressHash);
    expect(await world.store.reads.stops('book', 'book1', hashes)).toHaveLength(2);
    const [confirmation] = (await outgoing(world.store)).filter(({ kind }) => kind === 'left');
    expect(confirmation).toMatchObject({ to: 'cia@example.se', subject: '[P12] Du har lämnat listan' });
    const [event] = await world.store.ledger.history(world.deps.keyed.addressHash('cia@example.se'));
    expect(event).toMatchObject({ event: 'left', door: 'mail', person: { text: 'Re: [P12] Match\n\nSTOPP' } });
  });

  test('an unproven one takes nobody off: a link goes to the address', async () => {
    const world = await begin();
    await world.intake.receive(mailFrom(bo, { text: 'STOPP' }, { proven: false }));
    expect((await world.store.reads.member('m-bo'))?.status).toBe('active');
    const [mail] = await outgoing(world.store);
    const token = linkIn(mail?.text ?? '', 'leave');
    expect(await lookAtLeaveToken(token, world.deps)).toMatchObject({ member: { id: 'm-bo' } });
    expect(await leaveByLink({ token, now: world.deps.clock.now(), wording: 'page-1' }, world.deps)).toMatchObject({
      ok: true,
      outcome: 'left',
    });
    expect((await world.store.reads.member('m-bo'))?.status).toBe('unsubscribed');
    expect(await returnByLink({ token, now: world.deps.clock.now(), wording: 'page-1' }, world.deps)).toMatchObject({
      ok: true,
      outcome: 'joined',
    });
    expect((await world.store.reads.member('m-bo'))?.status).toBe('active');
    expect(
      await leaveByLink({ token: `${token}x`, now: world.deps.clock.now(), wording: 'page-1' }, world.deps),
    ).toEqual({ ok: false, why: 'gone' });
  });

  test('an unproven answer to a mail that went to that address leaves', async () => {
    const world = await begin();
    await world.intake.receive(mailFrom(bo, { text: 'HJÄLP' }));
    const [inbound] = await inboundsOf(world);
    const [help] = await world.store.reads.deliveriesOf(inbound?.id ?? '');
    const answers = messageIdOf(help?.id ?? 0, DOMAIN, world.deps.keyed.mac);
    world.later(60_000);
    await world.intake.receive(mailFrom(bo, { text: 'STOPP' }, { proven: false, headers: { 'in-reply-to': answers } }));
    expect((await world.store.reads.member('m-bo'))?.status).toBe('unsubscribed');
  });

  test('join by suffix: at once where it is proven, by a link where not', async () => {
    const world = await begin();
    await world.intake.receive(mailFrom(eve, { text: 'Hej!' }, { suffix: 'join' }));
    expect(await world.store.reads.membersByAddress('book1', [eve])).toMatchObject([
      { status: 'active', mail: eve, phone: null },
    ]);
    const other = 'other@example.org';
    await world.intake.receive(mailFrom(other, { text: 'Hej!' }, { suffix: 'join', proven: false }));
    expect(await world.store.reads.membersByAddress('book1', [other])).toEqual([]);
    const link = (await outgoing(world.store)).find(({ to }) => to === other);
    const secret = linkIn(link?.text ?? '', 'mail-join');
    expect(await lookAtToken(secret, world.deps)).toMatchObject({ purpose: 'join', state: 'open', address: other });
    expect(await useToken(secret, world.deps)).toMatchObject({ ok: true, outcome: 'joined' });
    expect(await world.store.reads.membersByAddress('book1', [other])).toMatchObject([{ status: 'active' }]);
  });
});

describe('B-10: approving by answering', () => {
  const request = async () => {
    const world = await begin();
    await world.store.commit([{ change: 'books', where: { id: 'book1' }, set: { approval: 'manual' }, none: 'stale' }]);
    await world.intake.receive(mailFrom(eve, { text: 'START' }));
    const [inbound] = await inboundsOf(world);
    const rows = await world.store.reads.deliveriesOf(inbound?.id ?? '');
    const replyTo = rows.find(({ address }) => address === board)?.letter?.replyTo ?? '';
    return { world, suffix: replyTo.slice('p12+'.length) };
  };
  const statusOf = async ({ store }: Awaited<ReturnType<typeof begin>>) =>
    (await store.reads.membersByAddress('book1', [eve]))[0]?.status;

  test.each([
    ['Ja!', 'active'],
    ['Nej, vi är fulla.', 'refused'],
    ['Vem är det?', 'pending'],
  ])('%s', async (text, status) => {
    const { world, suffix } = await request();
    expect(await statusOf(world)).toBe('pending');
    await world.intake.receive(mailFrom(board, { text }, { suffix }));
    expect(await statusOf(world)).toBe(status);
  });

  test('by nobody else, by no robot, and only once', async () => {
    const { world, suffix } = await request();
    await world.intake.receive(mailFrom(bo, { text: 'JA' }, { suffix }));
    await world.intake.receive(
      mailFrom(board, { text: 'JA' }, { suffix, headers: { 'auto-submitted': 'auto-replied' } }),
    );
    expect(await statusOf(world)).toBe('pending');
    await world.intake.receive(mailFrom(board, { text: 'NEJ' }, { suffix }));
    world.later(60_000);
    await world.intake.receive(mailFrom(board, { text: 'JA' }, { suffix }));
    expect(await statusOf(world)).toBe('refused');
    expect((await outgoing(world.store)).at(-1)?.text).toMatch(/väntar inte längre/);
  });
});

describe('M-4 and F34: machines', () => {
  test.each([
    ['auto-submitted', 'auto-replied'],
    ['precedence', 'bulk'],
    ['list-id', '<a.example.org>'],
    ['x-loop', 'p12'],
  ])('%s is stored, never sent on, never answered', async (name, value) => {
    const world = await begin();
    await world.intake.receive(mailFrom(coach, { text: 'Matchen flyttas till 18.' }, { headers: { [name]: value } }));
    expect(await inboundsOf(world)).toMatchObject([{ kind: 'auto_reply', rule: 'M-4' }]);
    expect(await outgoing(world.store)).toEqual([]);
    expect(await world.store.reads.broadcasts('book1', 5)).toEqual([]);
  });

  test('an out-of-office robot without a mark gets at most three answers in ten minutes', async () => {
    const world = await begin();
    for (let round = 0; round < 20; round++) {
      await world.intake.receive(
        mailFrom(coach, { subject: `Frånvarande ${round}`, text: `Jag är borta, ärende ${round}.` }, { proven: false }),
      );
      world.later(10_000);
    }
    expect((await outgoing(world.store)).filter(({ to }) => to === coach)).toHaveLength(3);
  });
});

/** Answers whatever it gets, in its own fixed words; `marks`: what it sets beside them. */
describe('F34: whoever answers everything', () => {
  const TEN_MINUTES = 10 * 60_000;
  const worst = (times: readonly number[]) =>
    Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at < from + TEN_MINUTES).length));

  test.each<[string, string, { proven: boolean; reply: (subject: string) => string; members?: boolean }]>([
    ['a writer’s robot, not proven', coach, { proven: false, reply: () => 'Jag är bortrest' }],
    [
      'a writer’s robot, proven, that quotes our subject',
      coach,
      { proven: true, reply: (subject) => `Re: ${subject}` },
    ],
    ['a writer’s robot, proven, with a subject of its own', coach, { proven: true, reply: () => 'Jag är bortrest' }],
    ['a member’s robot where members may write', bo, { proven: true, reply: () => 'Jag är bortrest', members: true }],
    ['a member’s robot', bo, { proven: true, reply: (subject) => `Re: ${subject}` }],
    ['a stranger’s robot', eve, { proven: false, reply: (subject) => subject }],
  ])('%s', async (_, robot, { proven, reply, members = false }) => {
    const world = await begin();
    if (members)
      await world.store.commit([
        { change: 'books', where: { id: 'book1' }, set: { senders: 'members' }, none: 'stale' },
      ]);
    const answers: number[] = [];
    let seen = 0;
    let queue: string[] = ['Matchen flyttas'];
    for (let round = 0; round < 60 && queue.length > 0; round++) {
      world.later(20_000);
      const [subject = ''] = queue;
      queue = queue.slice(1);
      const text =
        round === 0 ? 'Matchen flyttas till 18 i morgon.' : 'Hej. Jag finns inte på plats just den här veckan.';
      await world.intake.receive(
        mailFrom(robot, { subject: round === 0 ? subject : reply(subject), text }, { proven }),
      );
      const sent = (await outgoing(world.store)).filter(({ to }) => to === robot);
      for (const mail of sent.slice(seen)) {
        answers.push(world.deps.clock.now());
        queue.push(mail.subject);
      }
      seen = sent.length;
    }
    // Broadcasts are answered with a receipt each, which is no answer to a machine: at most one comes of a robot.
    const broadcasts = (await world.store.reads.broadcasts('book1', 99)).filter(({ status }) => status === 'sending');
    expect(broadcasts.length).toBeLessThanOrEqual(2);
    expect(worst(answers) - broadcasts.length).toBeLessThanOrEqual(3);
  });

  test('two lists that are members of each other: nothing comes of it', async () => {
    const world = await begin();
    await world.store.commit([
      { add: 'books', row: bookRow({ id: 'book2', address: 'p14', main: false, keyword: 'P14' }), exists: 'stale' },
      { add: 'members', row: memberRow({ id: 'l1', bookId: 'book1', mail: `p14@${DOMAIN}` }), exists: 'stale' },
      { add: 'members', row: memberRow({ id: 'l2', bookId: 'book2', mail: `p12@${DOMAIN}` }), exists: 'stale' },
    ]);
    const toBoth = [
      ['p12', 'book1', 'p14'],
      ['p14', 'book2', 'p12'],
    ] as const;
    for (const [address, bookId, other] of toBoth) {
      // As our copies are marked, and as they would be if a relay took every mark away.
      const marked = { 'auto-submitted': 'auto-generated', 'list-id': `<${other}.${DOMAIN}>`, precedence: 'list' };
      for (const headers of [marked, {}])
        await world.intake.receive(
          mailFrom(`${other}@${DOMAIN}`, { text: 'Matchen flyttas till 18.' }, { address, bookId, headers }),
        );
      expect((await world.store.reads.log(bookId, 9)).inbounds.map(({ rule }) => rule)).toEqual(['M-4', 'M-4']);
    }
    expect(await world.store.reads.broadcasts('book1', 5)).toEqual([]);
    expect(await world.store.reads.broadcasts('book2', 5)).toEqual([]);
    expect(await outgoing(world.store)).toEqual([]);
  });
});

describe('the inbox', () => {
  test('answers a mail by mail, in its conversation; a machine never', async () => {
    const world = await begin();
    await world.intake.receive(mailFrom(eve, { subject: 'Fråga', text: 'När börjar det på lördag?' }));
    await world.intake.receive(mailFrom('x@example.org', { text: 'Hej' }, { headers: { precedence: 'bulk' } }));
    const book = await world.store.reads.bookById('book1');
    const inbounds = await inboundsOf(world);
    const of = (sender: string) => inbounds.find((each) => each.sender === sender)?.id ?? '';
    const answer = (sender: string) =>
      answerInbound(
        book ?? bookRow(),
        of(sender),
        'Klockan tio.',
        `form-${sender}`,
        { actor: 'u1', door: 'web' },
        world.deps,
      );
    expect(await answer(eve)).toMatchObject({ ok: true });
    expect(await answer('x@example.org')).toEqual({ ok: false, why: 'no_phone' });
    const rows = await world.store.reads.deliveriesOf(of(eve));
    expect(rows.at(-1)).toMatchObject({
      ...{ address: eve, numberId: 'mail:org1', text: 'Klockan tio.', parts: 0 },
      letter: { subject: 'Re: Fråga', inReplyTo: expect.stringMatching(/@example\.org>$/) },
    });
  });
});

describe('M-6: the whole of a shortened mail', () => {
  test('is read by the link in the text, for ninety days', async () => {
    const world = await begin();
    const text = 'Vi ses vid ishallen klockan sex på morgonen. '.repeat(40);
    await world.intake.receive(mailFrom(coach, { subject: 'Match', text }));
    const [broadcast] = await world.store.reads.broadcasts('book1', 5);
    const secret = linkIn(broadcast?.text ?? '', 'read');
    expect(await readToken(secret, world.deps)).toMatchObject({
      book: { id: 'book1' },
      mail: { subject: 'Match', text },
    });
    expect(await useToken(secret, world.deps)).toEqual({ ok: false, why: 'unknown' });
    world.later(91 * 86_400_000);
    expect(await readToken(secret, world.deps)).toBeNull();
  });
});

describe('the SMS door tells people by mail too', () => {
  test('functionaries with a mail address get the whole text', async () => {
    const world = await begin();
    const receiveText = createReceiveText(world.deps);
    const text = 'Hur gör man för att anmäla sig? '.repeat(20);
    await receiveText({
      ...{ providerId: 'SM1', from: '+46701000099', to: '+46766861001', text, mediaCount: 0, missingPart: false },
      ...{ optOut: null, providerAt: null },
    });
    const toBoard = (await outgoing(world.store)).filter(({ to }) => to === board);
    expect(toBoard).toMatchObject([{ kind: 'notice', subject: '[P12] Meddelande ej skickat' }]);
    expect(toBoard[0]?.text).toContain(text.trim());
  });

  test('a request by SMS is approved by mail', async () => {
    const world = await begin();
    await world.store.commit([{ change: 'books', where: { id: 'book1' }, set: { approval: 'manual' }, none: 'stale' }]);
    await createReceiveText(world.deps)({
      ...{ providerId: 'SM1', from: '+46701000099', to: '+46766861001', text: 'START', mediaCount: 0 },
      ...{ missingPart: false, optOut: null, providerAt: null },
    });
    const [inbound] = await inboundsOf(world);
    const rows = await world.store.reads.deliveriesOf(inbound?.id ?? '');
    const suffix = rows.find(({ address }) => address === board)?.letter?.replyTo?.slice('p12+'.length) ?? '';
    expect(await world.intake.recipient(`p12+${suffix}@${DOMAIN}`)).toMatchObject({ suffix });
    await world.intake.receive(mailFrom(board, { text: 'Ja' }, { suffix }));
    expect(await world.store.reads.membersByAddress('book1', ['+46701000099'])).toMatchObject([{ status: 'active' }]);
    expect(await outgoing(world.store)).toContainEqual(expect.objectContaining({ to: '+46701000099', kind: 'joined' }));
  });
});

describe('what time itself does', () => {
  test('a held mail waits a day, what is kept for a while goes', async () => {
    const world = await begin();
    await world.intake.receive(mailFrom(coach, { text: 'Matchen flyttas till 18.' }, { proven: false }));
    await world.intake.keep({ rawId: 'cut off', no: 0, content: Buffer.from('x'), createdAt: world.deps.clock.now() });
    world.later(23 * 3_600_000);
    await keepHouse(world.deps);
    expect(await world.store.reads.broadcasts('book1', 5)).toMatchObject([{ status: 'held' }]);
    world.later(2 * 3_600_000);
    await keepHouse(world.deps);
    expect(await world.store.reads.broadcasts('book1', 5)).toMatchObject([{ status: 'expired' }]);
    expect(await world.store.reads.rawMailsOver(world.deps.clock.now() + 1, 0, 9)).not.toContain('cut off');
    world.later(60 * 86_400_000);
    await keepHouse(world.deps);
    expect(await world.store.reads.rawMailsOver(world.deps.clock.now(), 0, 9)).toEqual([]);
    expect(await world.store.reads.tokensOver(world.deps.clock.now(), 9)).toEqual([]);
  });
});

describe('links for leaving', () => {
  test('a list that is exempted asks first, and a second press leaves (B-48)', async () => {
    const world = await begin();
    await world.store.commit([{ change: 'books', where: { id: 'book1' }, set: { leaving: 'exempt' }, none: 'stale' }]);
    const token = makeLeaveToken('m-bo', world.deps.keyed);
    const now = world.deps.clock.now();
    expect(await leaveByLink({ token, now, wording: 'page-1' }, world.deps)).toMatchObject({
      ok: true,
      outcome: 'asked',
    });
    expect(await leaveByLink({ token, now, wording: 'page-1' }, world.deps)).toMatchObject({
      ok: true,
      outcome: 'left',
    });
  });

  test.each([
    ['banned', 'automatic', 'refused', 'banned'],
    ['unsubscribed', 'manual', 'requested', 'pending'],
    ['unsubscribed', 'automatic', 'joined', 'active'],
    ['active', 'automatic', 'joined', 'active'],
  ] as const)('coming back: %s, %s -> %s', async (before, approval, outcome, after) => {
    const world = await begin();
    await world.store.commit([
      { change: 'books', where: { id: 'book1' }, set: { approval }, none: 'stale' },
      { change: 'members', where: { id: 'm-bo' }, set: { status: before }, none: 'stale' },
    ]);
    const token = makeLeaveToken('m-bo', world.deps.keyed);
    expect(await returnByLink({ token, now: world.deps.clock.now(), wording: 'page-1' }, world.deps)).toMatchObject({
      ok: true,
      outcome,
    });
    expect((await world.store.reads.member('m-bo'))?.status).toBe(after);
  });

  test('leaving at once from many places is one line in the ledger', async () => {
    const world = await begin();
    const token = makeLeaveToken('m-bo', world.deps.keyed);
    const now = world.deps.clock.now();
    const results = await Promise.all(
      Array.from({ length: 8 }, () => leaveByLink({ token, now, wording: 'page-1' }, world.deps)),
    );
    expect(results.filter(({ ok }) => ok).length).toBeGreaterThan(0);
    const events = await world.store.ledger.history(world.deps.keyed.addressHash(bo));
    expect(events.filter(({ event }) => event === 'left')).toMatchObject([{ door: 'web' }]);
  });
});

describe('bounces', () => {
  const world = async () => {
    const begun = await begin();
    await begun.intake.receive(mailFrom(bo, { text: 'HJÄLP' }));
    const [inbound] = await inboundsOf(begun);
    const [help] = await begun.store.reads.deliveriesOf(inbound?.id ?? '');
    return { ...begun, deliveryId: help?.id ?? 0 };
  };
  const report = (deliveryId: number, status: string) =>
    mailFrom(
      'mailer-daemon@example.org',
      { text: 'Undelivered' },
      {
        envelopeFrom: '',
        content: {
          report: {
            kind: status === 'complaint' ? 'complaint' : 'bounce',
            recipients: status === 'complaint' ? [] : [{ address: bo, action: 'failed', status }],
            originalMessageId: '',
          },
        },
        mail: { recipient: { kind: 'bounce', deliveryId } },
      },
    );

  test('one complaint pauses the address, and START by mail begins again', async () => {
    const { intake, store, deliveryId, later, ...rest } = await world();
    expect(await intake.receive(report(deliveryId, 'complaint'))).toBe('done');
    expect((await store.reads.member('m-bo'))?.status).toBe('unreachable');
    const hash = rest.deps.keyed.addressHash(bo);
    expect(await store.reads.stops('provider', 'mail:org1', [hash])).toHaveLength(1);
    later(60_000);
    await intake.receive(mailFrom(bo, { text: 'START' }));
    expect((await store.reads.member('m-bo'))?.status).toBe('active');
    expect(await store.reads.stops('provider', 'mail:org1', [hash])).toEqual([]);
  });

  test('one hard bounce does not, the same one told twice neither', async () => {
    const { intake, store, deliveryId, later } = await world();
    await intake.receive(report(deliveryId, '5.1.1'));
    later(2 * 86_400_000);
    await intake.receive(report(deliveryId, '5.1.1'));
    expect((await store.reads.member('m-bo'))?.status).toBe('active');
    expect(await store.reads.bouncesOf(bo, 0)).toMatchObject([{ kind: 'hard', code: '5.1.1', deliveryId }]);
  });
});
