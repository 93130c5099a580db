import { describe, expect, test } from '@jest/globals';
import type { MailContent } from '../../src/core/mail.ts';
import { automatic, LOOP_HEADER } from '../../src/core/mailGuards.ts';

const own = { envelopeFrom: 'anna@p12.se', ourDomain: 'lista.se', ownAddresses: ['p14@lista.se'] };
const plain: MailContent = {
  messageId: '<1@p12.se>',
  subject: 'Träning',
  fromHeaders: 1,
  from: ['anna@p12.se'],
  fromOdd: false,
  fromName: 'Anna',
  to: ['p12@lista.se'],
  headers: [
    { name: 'from', value: 'Anna <anna@p12.se>' },
    { name: 'content-type', value: 'text/plain' },
  ],
  text: 'Kl 18.',
  attachments: [],
  report: null,
  damaged: [],
};
const withHeader = (name: string, value: string, times = 1): MailContent => ({
  ...plain,
  headers: [...plain.headers, ...Array.from({ length: times }, () => ({ name, value }))],
});

describe('M-4: what a machine sent', () => {
  test.each([
    ['auto-submitted', 'auto-replied', 'auto_submitted'],
    ['auto-submitted', 'Auto-Generated (warning); x=1', 'auto_submitted'],
    ['auto-submitted', 'no', null],
    ['auto-submitted', 'No (by hand)', null],
    ['auto-submitted', '', null],
    ['return-path', '<>', 'null_sender'],
    ['return-path', '<anna@p12.se>', null],
    ['precedence', 'Bulk', 'precedence'],
    ['precedence', 'list', 'precedence'],
    ['precedence', 'junk', 'precedence'],
    ['precedence', 'first-class', null],
    ['list-id', '<a.b.se>', 'list'],
    ['list-unsubscribe', '<https://x.se>', 'list'],
    ['x-beenthere', 'a@b.se', 'list'],
    ['x-loop', 'a@b.se', 'loop'],
    [LOOP_HEADER.toLowerCase(), '1', 'own_loop'],
    ['x-auto-response-suppress', 'All', 'auto_response'],
    ['x-autoreply', 'yes', 'auto_response'],
    ['x-autoreply', '', null],
    ['content-type', 'multipart/report; report-type=disposition-notification', 'report'],
    ['x-mailer', 'Outlook', null],
  ])('%s: %s -> %s', (name, value, reason) => expect(automatic(withHeader(name, value), own)).toBe(reason));

  test('fifty hops are a long way, fifty-one a loop', () => {
    expect(automatic(withHeader('received', 'from a by b', 50), own)).toBeNull();
    expect(automatic(withHeader('received', 'from a by b', 51), own)).toBe('hops');
  });

  test.each([
    ['the null sender', plain, { ...own, envelopeFrom: '' }, 'null_sender'],
    [
      'a return path of a list of ours',
      plain,
      { ...own, envelopeFrom: 'bounce+7-0123456789abcdef@andra.se' },
      'own_loop',
    ],
    ['a Message-ID of a list of ours', { ...plain, messageId: '<d7.0123456789abcdef@andra.se>' }, own, 'own_loop'],
    ['a report', { ...plain, report: { kind: 'bounce', recipients: [], originalMessageId: '' } }, own, 'report'],
    ['one of our lists', { ...plain, from: ['p14@lista.se'] }, own, 'own_address'],
    ['an address of one of our lists', { ...plain, from: ['p14+leave@lista.se'] }, own, 'own_address'],
    ['a person on our domain', { ...plain, from: ['anna@lista.se'] }, own, null],
    ['our own return path', plain, { ...own, envelopeFrom: 'bounce+1-a@lista.se' }, 'own_address'],
    ['like our domain', { ...plain, from: ['a@notlista.se'] }, own, null],
    ['a mail system', { ...plain, from: ['mailer-daemon@x.se'] }, own, 'daemon'],
  ] as const)('%s', (_, content, place, reason) => expect(automatic(content as MailContent, place)).toBe(reason));

  test.each([
    ['Automatic reply: Träning', true],
    ['Auto reply: Träning', true],
    ['Autosvar: Träning', true],
    ['Automatiskt svar: Re: Träning', true],
    ['Frånvaromeddelande', true],
    ['Out of Office: Träning', true],
    ['Out of office', true],
    ['Respuesta automática: Entreno', true],
    ['Fuera de la oficina', true],
    ['Automatische Antwort: Training', true],
    ['Abwesenheitsnotiz: Training', true],
    ['AutoRespons :Nyaan?', true],
    ['Frånvaro på träningen', false],
    ['Semester', false],
    ['Autosvaret fungerar inte', false],
    ['Out of office chairs, who has some?', false],
    ['Automatisk bevattning', false],
    ['Vacation in July', false],
    ['Re: Träning', false],
  ])('%s: %s', (subject, robot) => expect(automatic({ ...plain, subject }, own)).toBe(robot ? 'auto_subject' : null));
});
