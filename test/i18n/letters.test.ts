import { describe, expect, test } from '@jest/globals';
import { LOCALES, type Locale } from '../../src/core/locale.ts';
import type { MailKey, MailParams } from '../../src/core/mailReplyText.ts';
import type { ReplyText } from '../../src/core/replyText.ts';
import { replyText } from '../../src/i18n/index.ts';
import { letterReason, letterSubject, letterText } from '../../src/i18n/letters/index.ts';

const book = 'Föräldrar P12';
const sender = 'Eva eva@example.org';
const link = 'https://sms.example.se/confirm/abc';
const all: { [K in MailKey]: MailParams[K] } = {
  forwardedWhole: { book, sender, subject: 'Fråga', text: 'När börjar det?' },
  confirmMail: { book, count: 25, text: 'Matchen flyttas.', reasons: ['unproven', 'doubtful'], link },
  joinLink: { book, link },
  leaveLink: { book, link },
  approvedNow: { book, sender },
  refusedNow: { book, sender },
  approvalOver: { book },
  approvalUnclear: { book },
};
const every = LOCALES.flatMap((locale) =>
  (Object.keys(all) as MailKey[]).map((key): [Locale, MailKey] => [locale, key]),
);
const say = (locale: Locale, key: MailKey) => letterText(locale, { key, params: all[key] } as never);

describe('texts that only mail carries', () => {
  test.each(every)('%s %s says what it is about, and nothing for a machine', (locale, key) => {
    const said = say(locale, key);
    const { reasons: _, ...plain } = all[key] as Record<string, unknown>;
    for (const value of Object.values(plain)) expect(said).toContain(String(value));
    expect(said).not.toMatch(/[<>&!]|undefined|\$\{|[^\S\n]{2,}|^\s|\s$/);
  });

  test('a link stands on a line of its own', () => {
    for (const locale of LOCALES)
      for (const key of ['confirmMail', 'joinLink', 'leaveLink'] as const)
        expect(say(locale, key).split('\n')).toContain(link);
  });

  test('languages do not share a wording', () => {
    for (const key of Object.keys(all) as MailKey[])
      expect(new Set(LOCALES.map((locale) => say(locale, key))).size).toBe(LOCALES.length);
  });

  test('what was not sent says so first', () => {
    expect(LOCALES.map((locale) => say(locale, 'forwardedWhole').split('.')[0])).toEqual([
      'Meddelande ej skickat',
      'Message not sent',
      'Mensaje no enviado',
      'Nachricht nicht gesendet',
    ]);
  });

  test('every reason has words; a code of the checks is one of them', () => {
    for (const locale of LOCALES)
      for (const code of ['unproven', 'always_confirm', 'not_addressed', 'doubtful', 'answers_ours', 'repeated'])
        expect(letterReason(locale, code)).toMatch(/\S/);
    const reasons = ['dkim_none', 'spf_none'];
    const said = letterText('sv', { key: 'confirmMail', params: { ...all.confirmMail, reasons } });
    expect(said.split('vi kan inte se att det kom från dig')).toHaveLength(2);
  });
});

describe('texts that go by SMS too', () => {
  const left: ReplyText = { key: 'left', params: { book: 'P12' } };
  test.each(LOCALES)('%s: a mail does not say sms where it is none', (locale) => {
    for (const key of ['left', 'joinRequested', 'stillPending', 'reachedFunctionaries', 'stayed'] as const)
      expect(letterText(locale, { key, params: { book: 'P12' } })).not.toMatch(/sms|texts?\b/i);
    expect(letterText(locale, left)).not.toBe(replyText(locale, left));
  });

  test('where nothing differs the words are the same', () => {
    const reply: ReplyText = { key: 'noticeLeft', params: { book: 'P12', sender } };
    expect(letterText('sv', reply)).toBe(replyText('sv', reply));
  });
});

describe('subjects', () => {
  test('name the book and what it is', () => {
    expect(letterSubject('sv', { key: 'left', params: { book: 'P12' } })).toBe('[P12] Du har lämnat listan');
    expect(letterSubject('de', { key: 'noticeStorm', params: { book: 'P12' } })).toBe('[P12] An die Zuständigen');
    expect(letterSubject('sv', { key: 'leftAll', params: { organisation: 'Lunds IK' } })).toBe('Du har lämnat listan');
  });

  test.each([
    ['Hej\r\nBcc: all@example.org', '[P12] Meddelande ej skickat: Hej Bcc: all@example.org'],
    ['a\u2028b\u0000c', '[P12] Meddelande ej skickat: a b c'],
    ['x'.repeat(500), `[P12] Meddelande ej skickat: ${'x'.repeat(150 - 29)}`],
  ])('%j opens no header of its own', (subject, expected) => {
    const params = { ...all.forwardedWhole, book: 'P12', subject };
    expect(letterSubject('sv', { key: 'forwardedWhole', params })).toBe(expected);
  });
});
