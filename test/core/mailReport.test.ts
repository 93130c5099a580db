import { describe, expect, test } from '@jest/globals';
import { type ReportSource, readReport } from '../../src/core/mailReport.ts';
import { spentMs } from '../kit/spent.ts';

const source: ReportSource = { headers: [], subject: '', from: ['mailer-daemon@mx.se'], text: '', parts: [] };
const read = (over: Partial<ReportSource>) => readReport({ ...source, ...over });
const original = {
  type: 'text/rfc822-headers',
  text: 'From: p12@lista.se\nMessage-ID: <d1.abc@lista.se>\nTo: bo@x.se',
};

describe('RFC 3464: delivery reports', () => {
  const one = (text: string) => read({ parts: [{ type: 'message/delivery-status', text }, original] });
  test.each([
    ['failed', 'Final-Recipient: rfc822; bo@x.se\nAction: failed\nStatus: 5.1.1', 'bo@x.se', 'failed', '5.1.1'],
    [
      'the one we sent to',
      'Original-Recipient: rfc822;bo@x.se\nFinal-Recipient: rfc822; b.ek@y.se\nAction: Failed\nStatus: 5.2.2 (full)',
      'bo@x.se',
      'failed',
      '5.2.2',
    ],
    [
      'brackets, capitals',
      'Final-Recipient: RFC822; <Bo@X.SE>\nAction: DELAYED\nStatus: 4.4.7',
      'bo@x.se',
      'delayed',
      '4.4.7',
    ],
    [
      'status in the diagnosis only',
      'Final-Recipient: rfc822; bo@x.se\nAction: failed\nDiagnostic-Code: smtp; 550-5.1.10 no\n such user',
      'bo@x.se',
      'failed',
      '5.1.10',
    ],
    [
      'delivered',
      'Final-Recipient: rfc822; bo@x.se\nAction: delivered\nStatus: 2.0.0',
      'bo@x.se',
      'delivered',
      '2.0.0',
    ],
    ['a fax', 'Final-Recipient: fax; 0812345\nAction: failed\nStatus: 5.0.0', '', 'failed', '5.0.0'],
    [
      'an address is no status',
      'Final-Recipient: rfc822; bo@x.se\nAction: failed\nDiagnostic-Code: host 10.5.1.1 said no',
      'bo@x.se',
      'failed',
      '',
    ],
  ])('%s', (_, fields, address, action, status) => {
    expect(one(`Reporting-MTA: dns; mx.se\n\n${fields}\n`)).toEqual({
      kind: 'bounce',
      recipients: [{ address, action, status }],
      originalMessageId: '<d1.abc@lista.se>',
    });
  });

  test('RFC 6533, in UTF-8', () => {
    const text = 'Final-Recipient: utf-8; bo@x.se\nAction: failed\nStatus: 5.1.1';
    expect(read({ parts: [{ type: 'message/global-delivery-status', text }] })?.recipients[0]?.address).toBe('bo@x.se');
  });

  test('a thousand recipients are fifty', () => {
    const text = Array.from({ length: 1000 }, (_, no) => `Final-Recipient: rfc822; a${no}@x.se\nAction: failed`);
    expect(one(text.join('\n\n'))?.recipients).toHaveLength(50);
  });
});

describe('RFC 5965: complaints', () => {
  const complain = (text: string) => read({ parts: [{ type: 'message/feedback-report', text }, original] });
  test('abuse', () =>
    expect(complain('Feedback-Type: abuse\nVersion: 1\nOriginal-Rcpt-To: <bo@x.se>')).toEqual({
      kind: 'complaint',
      recipients: [{ address: 'bo@x.se', action: '', status: '' }],
      originalMessageId: '<d1.abc@lista.se>',
    }));
  test('not spam is none', () => expect(complain('Feedback-Type: not-spam')).toBeNull());
  test('without the reader', () =>
    expect(complain('Feedback-Type: abuse')?.originalMessageId).toBe('<d1.abc@lista.se>'));
});

const QMAIL =
  "Hi. This is the qmail-send program at mx.se.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<bo@x.se>:\n192.0.2.1 does not like recipient.\nRemote host said: 550 5.1.1 No such user\nGiving up on 192.0.2.1.\n\n--- Below this line is a copy of the message.\n\nMessage-ID: <d1.abc@lista.se>\n";
const EXIM =
  'This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  bo@x.se\n    SMTP error from remote mail server after RCPT TO: 550 unknown user\n\n------ This is a copy of the message, including all the headers. ------\n\nMessage-Id: <d1.abc@lista.se>\nTo: cia@x.se\n';
const GMAIL =
  "** Address not found **\n\nYour message wasn't delivered to bo@x.se because the address couldn't be found.\n\nThe response was:\n550 5.1.1 no such user\n";
const DELAY =
  '<bo@x.se>: connect to x.se: Connection timed out\n    (delivery temporarily suspended) has not yet been delivered';

describe('bounces in prose', () => {
  test.each([
    ['qmail', 'failure notice', QMAIL, [], 'bo@x.se', 'failed', '5.1.1'],
    ['Exim', 'Mail delivery failed: returning message to sender', EXIM, [], 'bo@x.se', 'failed', ''],
    [
      'Exim, its header',
      'Mail delivery failed',
      'could not be delivered',
      [['x-failed-recipients', 'bo@x.se']],
      'bo@x.se',
      'failed',
      '',
    ],
    [
      'Gmail',
      'Delivery Status Notification (Failure)',
      GMAIL,
      [['x-failed-recipients', 'bo@x.se']],
      'bo@x.se',
      'failed',
      '5.1.1',
    ],
    ['waiting', 'Warning: message delayed', DELAY, [], 'bo@x.se', 'delayed', ''],
  ] as const)('%s', (_, subject, text, headers, address, action, status) => {
    const report = read({ subject, text, headers: headers.map(([name, value]) => ({ name, value })) });
    expect(report?.recipients).toEqual([{ address, action, status }]);
    if (text.includes('d1.abc')) expect(report?.originalMessageId).toBe('<d1.abc@lista.se>');
  });

  test.each([
    ['a person who tells of one', { from: ['anna@p12.se'], subject: 'Undelivered mail', text: QMAIL }],
    ['a mail system with other news', { subject: 'Password changed', text: 'Your password was changed.' }],
    ['a postmaster who writes', { from: ['postmaster@p12.se'], subject: 'Träning', text: 'Kl 18.' }],
  ])('%s: none', (_, over) => expect(read(over)).toBeNull());

  test('a long text of anything takes no longer than a moment', () => {
    const from = spentMs();
    for (const part of ['<a@b.se>:\n', '-----', 'warning ', 'a@', '(reason', '\n', 'message-id: <', '> '])
      read({
        subject: 'failure notice',
        text: part.repeat(100_000),
        parts: [{ type: 'message/rfc822', text: part.repeat(20_000) }],
      });
    expect(spentMs() - from).toBeLessThan(6_000);
  });
});
