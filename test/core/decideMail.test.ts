import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { bounceIn, pausesAddress } from '../../src/core/mailBounce.ts';
import { makeReturnPath, messageIdOf, readReturnPath } from '../../src/core/returnPath.ts';
import {
  changesOf,
  DAY,
  dan,
  events,
  HOUR,
  MINUTE,
  member,
  NOON,
  p12,
  replies,
  SECOND,
  statuses,
  stop,
  view,
} from '../kit/world.ts';
import { anna, asReader, asWriter, board, coach, eve, LIST, type MailSetting, mailed, UNPROVEN } from './mailWorld.ts';

const TEXT = { subject: 'Match', text: 'Matchen flyttas till 18 i morgon.' };
const sends = (decision: ReturnType<typeof mailed>) =>
  changesOf(decision, 'create_broadcast').map(({ status }) => status);

describe('M-1: who wrote it, and what it takes', () => {
  test.each<[string, MailSetting, string, string]>([
    ['a proven writer', { view: asWriter() }, 'M-1', 'broadcast'],
    [
      'a member where members may write (B-26)',
      { view: asReader({ book: { senders: 'members' } }) },
      'M-1',
      'broadcast',
    ],
    ['the book in Cc among others', { view: asWriter(), content: { to: ['a@b.se', LIST] } }, 'M-1', 'broadcast'],
    ['a writer who has left the book (B-38)', { view: asWriter({ stop: stop('book', coach) }) }, 'M-1', 'broadcast'],
    [
      'a book larger than confirm_above: the proof stands for the code',
      { view: asWriter({ activeCount: 5000 }) },
      'M-1',
      'broadcast',
    ],
    ['not proven', { view: asWriter(), ...UNPROVEN }, 'M-2', 'held'],
    ['the book neither in To nor Cc', { view: asWriter(), content: { to: ['other@lists.example.se'] } }, 'M-2', 'held'],
    ['always confirm', { view: asWriter(), world: { alwaysConfirms: true } }, 'M-2', 'held'],
    ['an answer to a mail of ours', { view: asWriter(), mail: { answers: 'ours' } }, 'M-2', 'held'],
    [
      'an answer that names the list in its subject',
      { view: asWriter(), content: { subject: 'Re: [Föräldrar P12] Ditt' } },
      'M-2',
      'held',
    ],
    ['a member where only writers may', { view: asReader() }, 'M-3', 'forwarded'],
    ['nobody we know', {}, 'M-3', 'forwarded'],
    ['no one plain From', { view: asWriter(), proof: { from: '', proven: false } }, 'M-3', 'forwarded'],
  ])('%s', (_, setting, rule, kind) => {
    const decision = mailed(coach, TEXT, setting);
    expect(decision).toMatchObject({ rule, kind });
    expect(sends(decision)).toEqual(kind === 'broadcast' ? ['sending'] : kind === 'held' ? ['held'] : []);
  });

  test('the broadcast, its receipt and the notice', () => {
    const decision = mailed(coach, TEXT, { view: asWriter({ functionaries: [dan, board] }) });
    expect(changesOf(decision, 'create_broadcast')).toMatchObject([
      { door: 'mail', writer: coach, mail: { mailId: `mail-${NOON}`, subject: 'Match' } },
    ]);
    expect(replies(decision, coach)).toEqual(['receipt']);
    expect([replies(decision, dan), replies(decision, board)]).toEqual([['noticeBroadcast'], ['noticeBroadcast']]);
    expect(events(decision)).toEqual([]);
  });

  test('nobody to send to: told, nothing made', () => {
    const decision = mailed(coach, TEXT, { view: asWriter({ activeCount: 0 }) });
    expect(decision.kind).toBe('told');
    expect(replies(decision, coach)).toEqual(['receiptNobody']);
    expect(sends(decision)).toEqual([]);
  });

  test('B-26: the storm brake holds for mails too', () => {
    const storm = { recent: [1, 2, 3, 4, 5].map((n) => NOON - n * SECOND), brakedUntil: null };
    const decision = mailed(anna, TEXT, { view: asReader({ book: { senders: 'members', storm } }) });
    expect(decision).toMatchObject({ rule: 'B-26', kind: 'forwarded' });
    expect(sends(decision)).toEqual([]);
  });
});

describe('M-2', () => {
  test('one link, its token, nothing to anybody else', () => {
    const decision = mailed(coach, TEXT, { view: asWriter(), ...UNPROVEN });
    expect(decision.outgoing).toMatchObject([
      {
        to: coach,
        reply: {
          key: 'confirmMail',
          params: { reasons: ['unproven'], link: 'https://sms.example.se/confirm/send-secret' },
        },
      },
    ]);
    expect(changesOf(decision, 'create_token')).toMatchObject([
      {
        token: {
          id: 'send-id',
          purpose: 'send',
          subjectId: decision.broadcastId,
          address: coach,
          expiresAt: NOON + DAY,
        },
      },
    ]);
  });

  test.each([
    [{ text: 'ok' }],
    [{ text: 'Inställt' }],
    [{ text: 'Tack så mycket' }],
    [{ text: '🎉🎉' }],
    [{ text: 'START nu på torsdag' }],
    [{ subject: 'Inställt', text: '' }],
  ])('B-21: %j may not be meant for everybody', (said) => {
    expect(mailed(coach, said, { view: asWriter() })).toMatchObject({ rule: 'M-2', kind: 'held' });
  });

  test('the sixth that waits is not asked about, but people see it', () => {
    const decision = mailed(coach, TEXT, { view: asWriter(), ...UNPROVEN, world: { openConfirms: 5 } });
    expect(decision).toMatchObject({ rule: 'M-3', kind: 'forwarded', also: ['M-2'] });
    expect(changesOf(decision, 'log')).toMatchObject([{ event: 'confirm_limit' }]);
    expect(sends(decision)).toEqual([]);
    expect(changesOf(decision, 'create_token')).toEqual([]);
  });
});

describe('F34: a robot that marks nothing', () => {
  test.each<[string, { subject?: string; text?: string }, MailSetting]>([
    [
      'too long',
      { text: 'Vi ses vid ishallen klockan sex. '.repeat(60) },
      { view: asWriter({ book: { longMail: 'refuse' } }) },
    ],
    [
      'nothing but a picture',
      {},
      { view: asWriter(), content: { attachments: [{ name: 'a', type: 'image/png', size: 1, kept: true }] } },
    ],
    ['nobody to send to', TEXT, { view: asWriter({ activeCount: 0 }) }],
  ])('hears three refusals in ten minutes: %s', (_, said, setting) => {
    let state: MailSetting['state'];
    let answers = 0;
    for (let round = 0; round < 20; round++) {
      const text = said.text === undefined ? '' : `${said.text} ${round}`;
      const decision = mailed(
        coach,
        { ...said, text },
        { ...setting, at: NOON + round * 20 * SECOND, ...(state && { state }) },
      );
      answers += decision.outgoing.filter(({ to }) => to === coach).length;
      state = decision.conversation ?? undefined;
    }
    expect(answers).toBe(3);
  });

  test('says the same again, and that waits', () => {
    const first = mailed(coach, TEXT, { view: asWriter() });
    const state = first.conversation ?? undefined;
    const again = mailed(coach, TEXT, { view: asWriter(), at: NOON + MINUTE, ...(state && { state }) });
    expect([first.kind, again.kind]).toEqual(['broadcast', 'held']);
  });

  test.each([
    ['Re: Träning', {}, 'held'],
    ['SV: Träning', {}, 'held'],
    ['Re: Träning', { 'in-reply-to': '<1@example.org>' }, 'broadcast'],
    ['Resultat: 3-1', {}, 'broadcast'],
  ])('%s %o: %s', (subject, headers, kind) =>
    expect(mailed(coach, { ...TEXT, subject }, { view: asWriter(), headers }).kind).toBe(kind),
  );

  test.each([
    [`Re: [${p12.smsName}] Meddelande ej skickat`, 3],
    ['Fråga', 10],
  ])('reaches functionaries so often in ten minutes, then the inbox alone: %s, %i', (subject, most) => {
    let state: MailSetting['state'];
    const told: number[] = [];
    for (let round = 0; round < 20; round++) {
      const decision = mailed(
        eve,
        { subject, text: `Ärende ${round} är mottaget.` },
        { view: view(p12, { functionaries: [board] }), at: NOON + round * 20 * SECOND, ...(state && { state }) },
      );
      told.push(decision.outgoing.filter(({ to, kind }) => to === board && kind === 'notice').length);
      state = decision.conversation ?? undefined;
    }
    expect(told).toEqual(Array.from({ length: 20 }, (_, round) => (round < most ? 1 : 0)));
  });
});

describe('M-3: everyone else', () => {
  test('phones get the beginning, mail the whole with an answer to the sender', () => {
    const text = 'När börjar det? '.repeat(200);
    const decision = mailed(eve, { subject: 'Fråga', text }, { view: view(p12, { functionaries: [dan, board] }) });
    const [sms, letter] = decision.outgoing;
    expect(sms).toMatchObject({ to: dan, reply: { key: 'forwarded' } });
    expect(letter).toMatchObject({
      to: board,
      reply: { key: 'forwardedWhole', params: { subject: 'Fråga', text: text.trim() } },
      letter: { replyTo: eve },
    });
    expect(replies(decision, eve)).toEqual(['reachedFunctionaries']);
  });

  test('nobody is answered whose address was forged against its own rules', () => {
    const decision = mailed(eve, TEXT, { proof: { proven: false, dmarc: 'fail' } });
    expect(decision.kind).toBe('forwarded');
    expect(replies(decision, eve)).toEqual([]);
  });

  test('a functionary’s own mail goes to the others', () => {
    const decision = mailed(board, TEXT, {
      view: view(p12, { functionaries: [dan, board], senderIsFunctionary: true }),
    });
    expect(decision.outgoing.filter(({ kind }) => kind === 'notice').map(({ to }) => to)).toEqual([dan]);
  });
});

describe('M-4: machines', () => {
  test.each<[string, MailSetting]>([
    ['Auto-Submitted', { headers: { 'auto-submitted': 'auto-generated' } }],
    ['the null sender', { mail: { envelopeFrom: '' } }],
    ['Precedence', { headers: { precedence: 'list' } }],
    ['List-Id', { headers: { 'list-id': '<x>' } }],
    ['X-Loop', { headers: { 'x-loop': 'p12' } }],
    ['our own address', { content: { from: [LIST] } }],
  ])('%s', (_, setting) => {
    const decision = mailed(coach, TEXT, { view: asWriter(), ...setting });
    expect(decision).toMatchObject({ rule: 'M-4', kind: 'auto_reply', changes: [], outgoing: [], conversation: null });
  });

  test('a suffix makes no machine a person', () => {
    const setting: MailSetting = { headers: { 'auto-submitted': 'auto-replied' }, mail: { suffix: 'join' } };
    expect(mailed(eve, { text: 'START' }, setting).changes).toEqual([]);
  });

  test('Auto-Submitted: no is a person', () => {
    const decision = mailed(coach, TEXT, { view: asWriter(), headers: { 'auto-submitted': 'no' } });
    expect(decision.rule).toBe('M-1');
  });

  test('words that only robots say (B-24)', () => {
    const text = 'Detta är ett automatiskt svar. Jag är på semester och återkommer.';
    expect(mailed(coach, { text }, { view: asWriter() })).toMatchObject({
      rule: 'B-24',
      kind: 'auto_reply',
      outgoing: [],
    });
  });
});

describe('M-6, M-7', () => {
  const long = 'Vi ses vid ishallen klockan sex på morgonen. '.repeat(30);

  test('too long: refused with the count where the book says so', () => {
    const decision = mailed(coach, { text: long }, { view: asWriter({ book: { longMail: 'refuse' } }) });
    expect(decision).toMatchObject({ rule: 'M-6', kind: 'told' });
    expect(decision.outgoing).toMatchObject([{ to: coach, reply: { key: 'tooLong', params: { limit: 3 } } }]);
    expect(sends(decision)).toEqual([]);
  });

  test('too long: shortened, with a link to the whole', () => {
    const decision = mailed(coach, { text: long }, { view: asWriter() });
    expect(decision).toMatchObject({ rule: 'M-1', also: ['M-6'] });
    const [broadcast] = changesOf(decision, 'create_broadcast');
    expect(broadcast?.parts).toBeLessThanOrEqual(3);
    expect(broadcast?.text).toContain('https://sms.example.se/read/read-secret');
    expect(changesOf(decision, 'create_token')).toMatchObject([
      { token: { purpose: 'read', subjectId: `mail-${NOON}`, address: '', expiresAt: NOON + 90 * DAY } },
    ]);
  });

  test.each([
    ['the text alone', TEXT, {}, TEXT.text],
    ['the subject where there is no text', { subject: 'Ingen träning idag' }, {}, 'Ingen träning idag'],
    [
      'both where the book says so',
      { ...TEXT, subject: 'Fredag' },
      { subjectFirst: true },
      /^Fredag.*Matchen flyttas/s,
    ],
  ])('%s', (_, said, book, expected) => {
    const decision = mailed(coach, said, { view: asWriter({ book }) });
    const [broadcast] = changesOf(decision, 'create_broadcast');
    if (typeof expected === 'string') expect(broadcast?.text).toBe(expected);
    else expect(broadcast?.text).toMatch(expected);
  });

  test('neither text nor subject: the writer is told, a file alone reaches nobody', () => {
    const attachments = [{ name: 'a.pdf', type: 'application/pdf', size: 3, kept: true }];
    expect(replies(mailed(coach, {}, { view: asWriter(), content: { attachments } }), coach)).toEqual(['onlyText']);
    expect(mailed(coach, {}, { view: asWriter() })).toMatchObject({ rule: 'M-7', kind: 'stored', outgoing: [] });
  });
});

describe('M-8: leaving by mail', () => {
  test.each<[string, { subject?: string; text?: string }, MailSetting]>([
    ['alone in the text', { text: 'STOPP' }, {}],
    ['under a subject of the list', { subject: 'Re: [P12] Match', text: 'stopp!' }, {}],
    ['alone in the subject', { subject: 'AVSLUTA' }, {}],
    ['in the subject of who may not write', { subject: 'STOPP', text: 'Vi har flyttat till Ystad.' }, {}],
    ['with courtesy', { text: 'Avsluta tack' }, {}],
    ['by suffix, whatever it says', { text: 'Hej då allihop' }, { mail: { suffix: 'leave' } }],
    ['from the reader of our mail, not proven', { text: 'STOPP' }, { ...UNPROVEN, mail: { answers: 'own' } }],
  ])('%s', (_, said, setting) => {
    const decision = mailed(anna, said, { view: asReader(), ...setting });
    expect(decision).toMatchObject({ rule: 'M-8', kind: 'leave' });
    expect(statuses(decision)).toEqual(['unsubscribed']);
    expect(changesOf(decision, 'stop')).toMatchObject(
      [{ address: anna, how: 'mail B-11' }].map((stop, i) =>
        i === 0 && said.text === 'Avsluta tack' ? { ...stop, how: 'mail B-12' } : stop,
      ),
    );
    expect(events(decision)).toEqual(['left']);
    expect(replies(decision, anna)).toEqual(['left']);
  });

  test('not proven: nobody is taken off, a link goes to the address once a day', () => {
    const first = mailed(anna, { text: 'STOPP' }, { view: asReader(), ...UNPROVEN });
    expect(first).toMatchObject({ rule: 'M-8', kind: 'asked', changes: [] });
    expect(replies(first, anna)).toEqual(['leaveLink']);
    const state = first.conversation ?? undefined;
    const again = mailed(
      anna,
      { text: 'stopp' },
      { view: asReader(), ...UNPROVEN, at: NOON + HOUR, ...(state && { state }) },
    );
    expect(replies(again, anna)).toEqual([]);
  });

  test.each<[string, MailSetting]>([
    ['a writer’s leave word is never sent to everybody', { view: asWriter() }],
    ['nor one that claims to be a writer’s', { view: asWriter(), ...UNPROVEN }],
    ['nor a member’s where members may write', { view: asReader({ book: { senders: 'members' } }) }],
  ])('%s', (_, setting) => {
    expect(sends(mailed(coach, { text: 'STOPP' }, setting))).toEqual([]);
  });

  test('a writer’s subject alone takes nobody off: the mail waits (M-2)', () => {
    const decision = mailed(coach, { subject: 'STOPP', text: 'Bygget på Storgatan stoppas.' }, { view: asWriter() });
    expect(statuses(decision)).toEqual([]);
    expect(decision.kind).not.toBe('leave');
  });

  test('B-15: a proven stranger is remembered as left; one that is not proven is heard by people', () => {
    const decision = mailed(eve, { text: 'STOPP' });
    expect(decision.rule).toBe('B-15');
    expect(changesOf(decision, 'create_member')).toMatchObject([{ phone: null, mail: eve, status: 'unsubscribed' }]);
    expect(mailed(eve, { text: 'STOPP' }, UNPROVEN)).toMatchObject({ rule: 'M-3', changes: [] });
  });

  test('B-39: with a phone, both are locked', () => {
    const both = member('+46701740601', 'active', { mail: anna });
    const decision = mailed(anna, { text: 'STOPP' }, { view: view(p12, { members: [both] }) });
    expect(changesOf(decision, 'stop').map(({ address }) => address)).toEqual([anna, '+46701740601']);
    expect(decision.also).toContain('B-39');
  });
});

describe('joining by mail', () => {
  test.each<[string, { subject?: string; text?: string }, MailSetting, string | null]>([
    ['START in the text', { subject: 'Hej', text: 'START' }, {}, 'active'],
    ['START as the subject', { subject: 'Start!' }, {}, 'active'],
    ['by suffix', { text: 'Jag vill vara med' }, { mail: { suffix: 'join' } }, 'active'],
    ['with approval (B-10)', { text: 'START' }, { view: view(p12, { book: { approval: 'manual' } }) }, 'pending'],
    ['START and more (B-2)', { text: 'START på torsdag?' }, {}, null],
    ['START as a subject above other words', { subject: 'START', text: 'Kan jag vara med i laget?' }, {}, null],
    [
      'any text joins is for phones',
      { text: 'Hej, jag vill vara med' },
      { view: view(p12, { book: { optIn: 'any_text' } }) },
      null,
    ],
  ])('%s', (_, said, setting, status) => {
    const decision = mailed(eve, said, setting);
    expect(statuses(decision)).toEqual(status === null ? [] : [status]);
    for (const made of changesOf(decision, 'create_member')) expect(made).toMatchObject({ phone: null, mail: eve });
  });

  test('not proven: a link once a day, nothing else', () => {
    const decision = mailed(eve, { text: 'START' }, UNPROVEN);
    expect(statuses(decision)).toEqual([]);
    expect(replies(decision, eve)).toEqual(['joinLink']);
    expect(changesOf(decision, 'create_token')).toMatchObject([{ token: { purpose: 'join', address: eve } }]);
  });

  test('a request tells functionaries by mail where to answer', () => {
    const decision = mailed(
      eve,
      { text: 'START' },
      { view: view(p12, { book: { approval: 'manual' }, functionaries: [dan, board] }) },
    );
    expect(decision.outgoing.find(({ to }) => to === board)).toMatchObject({ letter: { replyTo: 'p12+a-' } });
    expect(decision.outgoing.find(({ to }) => to === dan)?.letter).toBeUndefined();
  });

  test('their own START lifts the pause of an address that came back', () => {
    const paused = stop('provider', anna, 'mail:org');
    const unreachable = view(p12, { members: [member(null, 'unreachable', { mail: anna })] });
    const decision = mailed(anna, { text: 'START' }, { view: unreachable, world: { paused } });
    expect(statuses(decision)).toEqual(['active']);
    expect(changesOf(decision, 'lift_stop')).toMatchObject([{ scope: 'provider', scopeId: 'mail:org', address: anna }]);
  });
});

describe('B-10: the answer to a request', () => {
  const asked = member(null, 'pending', { mail: eve, name: 'Eva' });
  const say = (text: string, pending: typeof asked | null = asked) =>
    mailed(
      board,
      { text },
      {
        view: view(p12, { functionaries: [board], senderIsFunctionary: true }),
        mail: { request: { member: pending } },
      },
    );

  test.each([
    ['Ja', ['active'], 'approvedNow'],
    ['JA, gärna!', ['active'], 'approvedNow'],
    ['yes', ['active'], 'approvedNow'],
    ['nej', ['refused'], 'refusedNow'],
    ['Nej. Hon bor inte här.', ['refused'], 'refusedNow'],
    ['Vem är det?', [], 'approvalUnclear'],
    ['', [], 'approvalUnclear'],
  ])('%j', (text, status, told) => {
    const decision = say(text);
    expect(decision.rule).toBe('B-10');
    expect(statuses(decision)).toEqual(status);
    expect(replies(decision, board)).toEqual([told]);
  });

  test('a request that is gone changes nothing', () => {
    for (const gone of [null, { ...asked, status: 'active' as const }]) {
      const decision = say('Ja', gone);
      expect(statuses(decision)).toEqual([]);
      expect(replies(decision, board)).toEqual(['approvalOver']);
    }
  });
});

describe('F34: at most three answers in ten minutes', () => {
  test('whatever is said, and however it is dressed', () => {
    let state: MailSetting['state'];
    let answers = 0;
    for (let round = 0; round < 30; round++) {
      const decision = mailed(
        eve,
        { text: round % 2 ? 'START' : `HJÄLP` },
        { ...UNPROVEN, at: NOON + round * 15 * SECOND, ...(state && { state }) },
      );
      answers += decision.outgoing.filter(({ to }) => to === eve).length;
      state = decision.conversation ?? undefined;
    }
    expect(30 * 15 * SECOND).toBeLessThan(10 * MINUTE);
    expect(answers).toBeLessThanOrEqual(3);
  });
});

describe('bounces', () => {
  const at = (kind: 'hard' | 'soft' | 'complaint', ...days: number[]) =>
    days.map((day) => ({ kind, at: NOON - day * DAY }));
  test.each([
    ['none', [], null],
    ['one hard', at('hard', 0), null],
    ['two hard on one day', at('hard', 0, 0.5), null],
    ['two hard a day apart', at('hard', 0, 1), 'hard'],
    ['two hard more than a month apart', at('hard', 0, 31), null],
    ['one complaint', at('complaint', 0), 'complaint'],
    ['five soft in one day', at('soft', 0, 0.1, 0.2, 0.3, 0.4), null],
    ['five soft over three days', at('soft', 0, 1, 2, 2.5, 3), 'soft'],
    ['four soft over three days', at('soft', 0, 1, 2, 3), null],
  ])('%s', (_, bounces, because) => expect(pausesAddress(bounces, NOON)).toBe(because));

  const report = (action: string, status: string) => ({
    kind: 'bounce' as const,
    recipients: [{ address: '', action, status }],
    originalMessageId: '',
  });
  test.each([
    ['failed', '5.1.1', 'hard'],
    ['failed', '5.2.2', 'soft'],
    ['failed', '5.7.1', 'soft'],
    ['failed', '4.4.7', 'soft'],
    ['failed', '', 'hard'],
    ['delayed', '4.4.1', null],
    ['delivered', '2.0.0', null],
    ['', '', null],
  ])('%s %s', (action, status, kind) => expect(bounceIn(report(action, status))?.kind ?? null).toBe(kind));
});

describe('return paths', () => {
  const mac = (text: string) => createHmac('sha256', 'key').update(text).digest('base64url');
  test('come back in any case, and cannot be made up', () => {
    const local = makeReturnPath(4711, mac);
    expect(local).toMatch(/^bounce\+4711-[0-9a-f]{16}$/);
    expect(readReturnPath(local.toUpperCase(), mac)).toBe(4711);
    expect(readReturnPath(local.replace('4711', '4712'), mac)).toBeNull();
    expect(readReturnPath(local, (text) => mac(`${text}x`))).toBeNull();
    for (const other of ['', 'bounce', 'bounce+', 'bounce+1-', 'bounce+1-zzzzzzzzzzzzzzzz', `${local}0`])
      expect(readReturnPath(other, mac)).toBeNull();
    expect(messageIdOf(4711, 'l.se', mac)).toBe(messageIdOf(4711, 'l.se', mac));
    expect(messageIdOf(4711, 'l.se', mac)).not.toBe(messageIdOf(4712, 'l.se', mac));
  });
});
