import { describe, expect, test } from '@jest/globals';
import { LOCALES } from '../../src/core/locale.ts';
import { composeMail, type MailBook, type MailParts, type MailRun } from '../../src/core/mailCopy.ts';
import { linesOf, paragraphsOf } from '../../src/core/mailHtml.ts';
import { mailWords } from '../../src/i18n/mail.ts';

const BOOK: MailBook = {
  id: 'b',
  name: 'Föräldrar P12',
  address: 'p12',
  locale: 'sv',
  replyTo: 'writer',
  senders: 'writers',
};
const RUN: MailRun = {
  book: BOOK,
  subject: 'Match',
  door: 'mail',
  writer: 'anna@example.se',
  writerName: 'Anna Ek',
  mailId: null,
};
const LEAVE = 'https://sms.example.se/leave/abc';
const PARTS: MailParts = {
  kind: 'copy',
  organisation: 'Lunds IK',
  locale: 'sv',
  book: BOOK,
  letter: null,
  run: RUN,
  to: 'm1@example.se',
  text: 'Matchen flyttas till 18.',
  domain: 'lists.example.se',
  at: Date.UTC(2026, 10, 22, 11, 0, 5),
  messageId: '<d1.x@lists.example.se>',
  envelopeFrom: 'bounce+1-x@lists.example.se',
  links: { leave: LEAVE, comeBack: `${LEAVE}?back` },
};
const composed = (more: Partial<MailParts> = {}) => composeMail({ ...PARTS, ...more });
const header = (name: string, more: Partial<MailParts> = {}): string | undefined =>
  composed(more).headers.find(([one]) => one === name)?.[1];
const run = (more: Partial<MailRun>): Partial<MailParts> => ({ run: { ...RUN, ...more } });
const book = (more: Partial<MailBook>): Partial<MailParts> => {
  const changed = { ...BOOK, ...more };
  return { book: changed, run: { ...RUN, book: changed } };
};

describe('M-9', () => {
  test.each<[string, Partial<MailParts>, string, string | null]>([
    ['a writer by mail', {}, 'Anna Ek via Föräldrar P12', 'anna@example.se'],
    ['answers go to the book', book({ replyTo: 'book' }), 'Anna Ek via Föräldrar P12', null],
    ['nobody knows the writer’s name', run({ writerName: '' }), 'Föräldrar P12', 'anna@example.se'],
    ['by SMS: no address to answer to', run({ door: 'sms', writer: '+46701000001' }), 'Föräldrar P12', null],
    ['from the toolbox', run({ door: 'web', writer: 'admin@example.se' }), 'Föräldrar P12', null],
    ['the book itself wrote', run({ writer: 'p12@lists.example.se' }), 'Anna Ek via Föräldrar P12', null],
    [
      'an approval by answering',
      { kind: 'notice', run: null, letter: { subject: 'Ny', replyTo: 'p12+a-1' } },
      'Föräldrar P12',
      'p12+a-1@lists.example.se',
    ],
    ['no book', { kind: 'notice', book: null, run: null, letter: { subject: 'x' } }, 'Lunds IK', null],
    [
      'a name that looks like an address',
      run({ writerName: 'bank@bank.se <x>' }),
      'bank bank.se x via Föräldrar P12',
      'anna@example.se',
    ],
  ])('from whom, and whom an answer reaches: %s', (_, more, name, replyTo) => {
    const mail = composed(more);
    expect(mail.from).toEqual({ name, address: `${more.book === null ? 'noreply' : 'p12'}@lists.example.se` });
    expect(mail.replyTo).toBe(replyTo);
  });

  test('the headers of a list, of a machine and against loops', () => {
    expect(composed().listId).toEqual({ name: 'Föräldrar P12', id: 'p12.lists.example.se' });
    expect(composed().headers).toEqual([
      ['List-Unsubscribe', `<${LEAVE}>, <mailto:p12+leave@lists.example.se>`],
      ['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'],
      ['List-Subscribe', '<mailto:p12+join@lists.example.se>'],
      ['List-Help', '<mailto:p12+help@lists.example.se>'],
      ['List-Post', 'NO'],
      ['Auto-Submitted', 'auto-generated'],
      ['X-Auto-Response-Suppress', 'All'],
      ['X-Startstopp-Loop', 'p12@lists.example.se'],
    ]);
    expect(header('List-Post', book({ senders: 'members' }))).toBe('<mailto:p12@lists.example.se>');
    expect(header('List-Unsubscribe', { links: null })).toBe('<mailto:p12+leave@lists.example.se>');
    expect(header('List-Unsubscribe-Post', { links: null })).toBeUndefined();
  });

  test.each([
    ['copy', 'auto-generated', true],
    ['notice', 'auto-generated', false],
    ['answer', 'auto-replied', false],
    ['joined', 'auto-replied', false],
    ['left', 'auto-replied', false],
  ] as const)('%s is %s, of a list: %s', (kind, submitted, list) => {
    const more: Partial<MailParts> = kind === 'copy' ? {} : { kind, run: null, letter: { subject: 'Svar' } };
    expect(header('Auto-Submitted', more)).toBe(submitted);
    expect(header('List-Unsubscribe', more) !== undefined).toBe(list);
    expect(composed(more).listId !== null).toBe(list);
    expect(header('X-Startstopp-Loop', more)).toBe('p12@lists.example.se');
  });

  test('ids, the time and the return path', () => {
    expect(composed()).toMatchObject({
      to: 'm1@example.se',
      messageId: '<d1.x@lists.example.se>',
      envelopeFrom: 'bounce+1-x@lists.example.se',
      date: 'Sun, 22 Nov 2026 11:00:05 +0000',
      inReplyTo: null,
    });
  });

  test.each([
    ['<a.b@c.se>', '<a.b@c.se>'],
    ['a.b@c.se', null],
    ['<a@b> <c@d>', null],
    ['<a@b>\r\nBcc: x@y.se', null],
    ['<å@b.se>', null],
    ['', null],
  ])('an answer to %j', (inReplyTo, wanted) => {
    expect(composed({ kind: 'answer', run: null, letter: { subject: 'x', inReplyTo } }).inReplyTo).toBe(wanted);
  });

  test.each([
    [run({ subject: null }), 'Meddelande från Föräldrar P12'],
    [run({ subject: '' }), 'Meddelande från Föräldrar P12'],
    [{ ...run({ subject: null }), locale: 'de' as const }, 'Nachricht von Föräldrar P12'],
    [run({ subject: 'Match' }), 'Match'],
    [{ kind: 'answer' as const, run: null, letter: { subject: 'Svar' } }, 'Svar'],
    [run({ subject: `${'x'.repeat(500)}` }), expect.stringMatching(/^x{190,200}/)],
  ])('subject %#', (more, subject) => {
    expect(composed(more).subject).toEqual(subject);
  });
});

describe('nothing that anybody wrote becomes a header', () => {
  const EVIL = 'x\r\nBcc: all@example.se\r\n\r\n<b>\0\u2028\u0085y';
  test.each<[string, Partial<MailParts>]>([
    ['subject', run({ subject: EVIL })],
    ['letter’s subject', { kind: 'answer', run: null, letter: { subject: EVIL, inReplyTo: EVIL, replyTo: EVIL } }],
    ['writer and name', run({ writer: `a@b.se${EVIL}`, writerName: EVIL })],
    ['book', book({ name: EVIL })],
    ['organisation', { organisation: EVIL, book: null, run: null, kind: 'notice' }],
    ['addressee', { to: `a@b.se${EVIL}`, envelopeFrom: EVIL }],
    ['links', { links: { leave: EVIL, comeBack: EVIL } }],
  ])('%s', (_, more) => {
    const mail = composed(more);
    const lines = [
      mail.from.name,
      mail.from.address,
      mail.to,
      mail.replyTo ?? '',
      mail.envelopeFrom,
      mail.subject,
      mail.messageId,
      mail.inReplyTo ?? '',
      mail.date,
      mail.listId?.name ?? '',
      mail.listId?.id ?? '',
      ...mail.headers.flat(),
    ];
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(mail.from.name).not.toMatch(/[<>"@]/);
    expect(mail.html).not.toContain('<b>');
  });
});

describe('what the reader sees', () => {
  test.each(LOCALES)('%s: why, and the way out and back (T-4), in text and HTML', (locale) => {
    const words = mailWords(locale);
    const mail = composed({ locale });
    const why = words.why({ book: 'Föräldrar P12', organisation: 'Lunds IK' });
    expect(mail.text).toBe(
      `Matchen flyttas till 18.\n\n-- \n${why}\n${words.leave}:\n${LEAVE}\n${words.comeBack}:\n${LEAVE}?back\n`,
    );
    expect(mail.html).toContain(`<html lang="${locale}">`);
    expect(mail.html).toContain(why);
    expect(mail.html).toContain(`\n<a href="${LEAVE}">${words.leave}</a>`);
    expect(mail.html).toContain(`\n<a href="${LEAVE}?back">${words.comeBack}</a>`);
    expect(mail.html).not.toMatch(/<img|<script|<link|url\(|@import/);
  });

  test.each([
    ['copy', [true, true]],
    ['joined', [true, false]],
    ['answer', [true, false]],
    ['left', [false, true]],
    ['notice', [false, false]],
  ] as const)('links of %s', (kind, wanted) => {
    const { text } = composed({ kind });
    expect([text.includes('Lämna listan'), text.includes('Kom tillbaka')]).toEqual(wanted);
  });

  test('a text with line ends of any kind and control codes', () => {
    expect(composed({ text: '\n a\r\nb\rc\u0007\td\n\n' }).text.split('\n\n--')[0]).toBe('a\nb\nc\td');
  });

  test.each([
    ['<b>&"\'', '&lt;b&gt;&amp;&quot;&#39;'],
    ['a\nb', 'a<br>\nb'],
    [
      'se https://a.se/x?a=1&b=2, och (http://b.se).',
      'se <a href="https://a.se/x?a=1&amp;b=2">https://a.se/x?a=1&amp;b=2</a>, och (<a href="http://b.se">http://b.se</a>).',
    ],
    ['https://a.se/"onclick=x', '<a href="https://a.se/">https://a.se/</a>&quot;onclick=x'],
    ['javascript:alert(1) ftp://x', 'javascript:alert(1) ftp://x'],
  ])('%j as HTML', (text, html) => {
    expect(linesOf(text)).toBe(html);
  });

  test('paragraphs', () => {
    expect(paragraphsOf('a\n\n\nb\nc\n\n \n\n')).toBe('<p>a</p>\n<p>b<br>\nc</p>');
  });
});
