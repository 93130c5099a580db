import { expect, test } from '@jest/globals';
import { automatic } from '../../../src/core/mailGuards.ts';
import { cleanMailText } from '../../../src/core/mailText/clean.ts';
import { type CorpusMail, mailCorpus, readCorpusMail } from '../../kit/mailCorpus.ts';
import { spentMs } from '../../kit/spent.ts';
import { describeVectors } from '../../kit/vectors.ts';

const own = { ourDomain: 'lists.example', ownAddresses: [] };
/** Recipients of the reports, with what became of them. */
const REPORTS: Record<string, string[]> = {
  'bounce__enmime__dsn_with_multipart_alternative.eml': ['non-existing@example.com failed 5.1.10'],
  'bounce__mail__report_422.eml': ['fraser@oooooooo.com.au delayed 4.2.2'],
  'bounce__mail__report_530.eml': ['edwin@zzzzzzz.com failed 5.3.0'],
  'bounce__set-of-emails__arf-02.eml': ['this-local-part-does-not-exist-on-yahoo@yahoo.com  '],
  'bounce__set-of-emails__lhost-exchange2007-02.eml': ['kijitora@example.edu failed 5.2.2'],
  'bounce__set-of-emails__lhost-gmail-01.eml': ['userunknown@example.jp failed 5.1.1'],
  'bounce__set-of-emails__lhost-office365-02.eml': ['kijitora@example.onmicrosoft.com failed 5.1.1'],
  'bounce__set-of-emails__lhost-postfix-01.eml': ['kijitora@example.org failed 5.1.1'],
  'bounce__set-of-emails__lhost-postfix-02.eml': [
    'filtered@example.co.jp failed 5.2.1',
    'userunknown@example.co.jp failed 5.1.1',
  ],
  'bounce__set-of-emails__lhost-sendmail-02.eml': [
    'userunknown@example.org failed 5.1.1',
    'filtered@example.com failed 5.2.1',
  ],
  'bounce__set-of-emails__rfc3464-03.eml': ['kijitora@example.com failed 5.0.0'],
  'bounce__set-of-emails__rfc3464-04.eml': ['kijitora@mailx-53.neko.example.edu failed 5.5.0'],
  'bounce__set-of-emails__rfc3464-06.eml': ['kijitora@example.net failed 5.5.0'],
  'bounce__set-of-emails__rfc3464-07.eml': ['kijitora@example.net delayed 4.4.0'],
  'bounce__set-of-emails__rfc3464-09.eml': ['kijitora-nyaaaaaan@example.co.jp delayed 4.3.0'],
};
/** Bounces among the mails that are there for their MIME. */
const ALSO_REPORTS = [
  'mime-torture__james-mime4j__badbound.eml',
  'mime__enmime__multipart-wo-boundary.eml',
  'mime__mail__raw_email_with_mimepart_without_content_type.eml',
];
const ORIGINALS: Record<string, string> = {
  'bounce__set-of-emails__arf-02.eml': '<000000000000000000000000.smtp@example.com>',
  'bounce__set-of-emails__lhost-gmail-01.eml': '<D992C2C3-F175-4C4D-97E2-53A90E4E5BF5@gmail.com>',
  'bounce__set-of-emails__lhost-office365-02.eml': '<c302b7e8-9b97-40ef-90eb-313cc6c25133@NYAAAAN.example.org>',
  'bounce__set-of-emails__rfc3464-06.eml': '<0000000000.0000000@mail.example.com>',
  'bounce__mail__report_422.eml': '<15655788.13.1200472642578.JavaMail.Administrator@mail.ttttt.com.au>',
};
/** What must stand in the text, or be all of it where it is said so by `=`. */
const TEXTS: Record<string, string> = {
  'charset__mail__ks_c_5601-1987.eml': '=스티해',
  'charset__spamassassin__utf16.eml': 'Main material we use are',
  'mime__mail-parser__020.eml': 'Die Hasen klagten einst über ihre mißliche Lage; "wir leben", sprach',
  'mime-torture__james-mime4j__german.eml': 'Hallo Herr Specht',
  'malformed__mail__header_fields_with_empty_values.eml': 'Jørn Støylen',
  'malformed__mail__content_transfer_encoding_with_semi_colon.eml': 'Dear Homeowner',
  'malformed__mail__multiple_invalid_content_dispositions.eml': '=foo',
  'malformed__spamassassin__badctype1.eml': 'totally',
  'mime__enmime__html-only-inline.eml': 'Test of HTML section',
  'bounce__set-of-emails__rfc3834-05.eml': 'zukünftig',
};
const SUBJECTS: Record<string, string> = {
  'charset__mail__japanese_attachment_long_name.eml': 'まみむめも'.repeat(10),
  'charset__spamassassin__unicode1.eml': 'Domače omrežje',
  'malformed__mail__invalid_subject_characters.eml':
    'Formação FrenetikPolis: Mega Campanha Final Verão | Cursos de Setembro',
};
const ANSWERS = 'reply__talon__';

describeVectors('email/eml', () => {
  const corpus = mailCorpus();
  test('is whole', () => expect(corpus).toHaveLength(163));

  test.each(corpus.map((mail): [string, CorpusMail] => [mail.file, mail]))('%s', async (file, mail) => {
    const from = spentMs();
    const { content, attachments, envelopeFrom } = await readCorpusMail(mail);
    expect(spentMs() - from).toBeLessThan(5_000);

    // Nothing of it can open a header or a line where it is put in one.
    for (const line of [
      content.subject,
      content.fromName,
      content.messageId,
      ...content.attachments.map((a) => a.name),
    ])
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(content.text).not.toMatch(/(?![\n\t])\p{Cc}/u);
    expect(content.damaged.filter((code) => ['stuck', 'structure', 'head_large'].includes(code))).toEqual([]);
    expect(attachments.length).toBe(content.attachments.filter(({ kept }) => kept).length);
    const cleaned = cleanMailText(content.text);
    expect(content.text === '' || cleaned.text !== '' || cleaned.cut.includes('quote')).toBe(true);

    const { report } = content;
    const reason = automatic(content, { ...own, envelopeFrom });
    if (mail.category === 'bounce') expect(reason).not.toBeNull();
    if (file in REPORTS) {
      expect(report?.recipients.map(({ address, action, status }) => `${address} ${action} ${status}`)).toEqual(
        REPORTS[file],
      );
      expect(report?.kind).toBe(file.includes('arf') ? 'complaint' : 'bounce');
    }
    if (file.includes('multi_address_bounce')) expect(report?.recipients.length).toBeGreaterThan(3);
    if (file.includes('rfc3834')) expect(report).toBeNull();
    if (mail.category !== 'bounce' && !ALSO_REPORTS.includes(file)) expect(report).toBeNull();
    if (file in ORIGINALS) expect(report?.originalMessageId).toBe(ORIGINALS[file]);

    const text = TEXTS[file];
    if (text?.startsWith('=')) expect(content.text).toBe(text.slice(1));
    else if (text !== undefined) expect(content.text).toContain(text);
    if (file in SUBJECTS) expect(content.subject).toBe(SUBJECTS[file]);
    if (mail.category === 'attachments') expect(attachments.length).toBeGreaterThan(0);
    if (file.startsWith(ANSWERS)) expect(cleaned).toEqual({ text: 'Hello', cut: ['quote'] });
  });
});
