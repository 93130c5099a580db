import { describe, expect, test } from '@jest/globals';
import { copyOf } from '../../src/core/copy.ts';
import { type MailSmsBook, smsOfMail, smsSubject } from '../../src/core/mailSms.ts';

const book: MailSmsBook = {
  header: 'P12:',
  footer: true,
  locale: 'sv',
  partLimit: 2,
  longMail: 'shorten',
  subjectFirst: false,
  name: 'Fotboll P12',
  smsName: 'P12',
  address: 'p12',
};
const LINK = 'https://sms.p12.se/read/3xAmpLe';
const long = 'Vi spelar match på lördag och behöver hjälp i kiosken. '.repeat(20);

describe('M-7: subject and body', () => {
  test.each([
    ['body only', 'Match', 'Kl 18.', {}, 'Kl 18.'],
    ['no body', 'Match kl 18', ' \n ', {}, 'Match kl 18'],
    ['neither', 'Re: ', '', {}, ''],
    ['subject first', 'Sv: Match', 'Kl 18.', { subjectFirst: true }, 'Match\nKl 18.'],
    ['subject first, none', '', 'Kl 18.', { subjectFirst: true }, 'Kl 18.'],
    ['subject first, said already', 'Match', 'Match kl 18.', { subjectFirst: true }, 'Match kl 18.'],
    ['controls', 'a\r\nBcc: x@y.se', '', {}, 'a Bcc: x@y.se'],
  ])('%s', (_, subject, text, settings, sent) => {
    expect(smsOfMail({ subject, text, book: { ...book, ...settings } }, LINK)).toEqual({
      ok: true,
      text: sent,
      shortened: false,
    });
  });

  test.each([
    ['Re: Match', 'Match'],
    ['SV: VB: Match', 'Match'],
    ['AW: WG: RE: Match', 'Match'],
    ['Re[2]: Fwd: Match', 'Match'],
    ['RV: Res: Partido', 'Partido'],
    ['[P12] Sv: [p12] Match', 'Match'],
    ['[Fotboll P12] Match', 'Match'],
    ['[EXTERN] Match', 'Match'],
    ['[Viktigt] Match', '[Viktigt] Match'],
    ['Resa: boka nu', 'Resa: boka nu'],
    ['Svar på enkäten', 'Svar på enkäten'],
    ['Re:', ''],
  ])('%s', (subject, left) => expect(smsSubject(subject, book)).toBe(left));
});

describe('M-6: too long', () => {
  test('refused with the count', () => {
    expect(smsOfMail({ subject: '', text: long, book: { ...book, longMail: 'refuse' } }, LINK)).toEqual({
      ok: false,
      parts: copyOf(book, long).parts,
      limit: 2,
    });
  });

  test.each([
    ['words', long, 2],
    ['one part', long, 1],
    ['ten parts, the 1600 characters', long.repeat(3), 12],
    ['emoji', '🎉🎊 Fest på lördag! '.repeat(60), 2],
    ['no word ends', 'a'.repeat(2000), 2],
    ['brackets cost two', '{x} [y] '.repeat(100), 2],
    ['names', `${'{name} '.repeat(60)}`, 2],
  ])('shortened with the link: %s', (_, text, partLimit) => {
    const at = { ...book, partLimit };
    const sms = smsOfMail({ subject: '', text, book: at }, LINK);
    if (!sms.ok) throw new Error('refused');
    expect(sms.shortened).toBe(true);
    expect(sms.text.endsWith(`... ${LINK}`)).toBe(true);
    expect(copyOf(at, sms.text).fits).toBe(true);
    const kept = sms.text.slice(0, -`... ${LINK}`.length);
    expect(text.startsWith(kept)).toBe(true);
    // No more than a word and the dots of room is given away.
    expect(copyOf(at, `${text.slice(0, kept.length + 60)}... ${LINK}`).fits).toBe(false);
  });

  test('ends with a word', () => {
    const sms = smsOfMail({ subject: '', text: long, book }, LINK);
    const kept = sms.ok ? sms.text.slice(0, sms.text.indexOf('...')) : '';
    expect(long.charAt(kept.length)).toMatch(/[\s.]/);
  });

  test('not even the link fits', () => {
    const link = `https://sms.p12.se/${'x'.repeat(200)}`;
    expect(smsOfMail({ subject: '', text: long, book: { ...book, partLimit: 1 } }, link).ok).toBe(false);
  });
});
