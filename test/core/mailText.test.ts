import { describe, expect, test } from '@jest/globals';
import { cleanMailText } from '../../src/core/mailText/clean.ts';
import { spentMs } from '../kit/spent.ts';

/** The message, what stands after it, and what is named as cut. */
type Row = [name: string, text: string, left: string, cut: string[]];
const MESSAGE = 'Träningen på torsdag är inställd.';

const quotes: Row[] = [
  [
    'sv Gmail',
    `${MESSAGE}\n\nDen fre 1 maj 2026 kl 10:02 skrev Anna Berg <anna@p12.se>:\n\n> Blir det träning?\n> /Anna`,
    MESSAGE,
    ['quote'],
  ],
  [
    'sv iOS',
    `${MESSAGE}\n\n1 maj 2026 kl. 10:02 skrev Anna Berg <anna@p12.se>:\n\n> Blir det träning?`,
    MESSAGE,
    ['quote'],
  ],
  [
    'sv wrapped',
    `${MESSAGE}\n\nDen fre 1 maj 2026 kl 10:02 skrev Anna Andersson Berg <\nanna.andersson.berg@foreningen.se>:\n\n> Hej`,
    MESSAGE,
    ['quote'],
  ],
  [
    'sv iOS, not marked',
    `${MESSAGE}\n\nDen 1 maj 2026 kl. 10:02 skrev Anna Berg:\n\nBlir det träning?`,
    MESSAGE,
    ['quote'],
  ],
  [
    'en Gmail',
    'No practice today.\n\nOn Fri, May 1, 2026 at 10:02 AM Ann Hill <ann@p12.se> wrote:\n\n> Practice?',
    'No practice today.',
    ['quote'],
  ],
  [
    'en without an address',
    'No practice.\n\nOn Apr 3, 2012, at 4:19 PM, bob wrote:\n\n> Hi',
    'No practice.',
    ['quote'],
  ],
  [
    'es',
    'No hay entreno hoy.\n\nEl vie, 1 may 2026 a las 10:02, Ana (<ana@p12.es>) escribió:\n\n> ¿Hay entreno?',
    'No hay entreno hoy.',
    ['quote'],
  ],
  [
    'de Thunderbird',
    'Heute kein Training.\n\nAm 01.05.2026 um 10:02 schrieb Anna Berg:\n> Ist Training?\n> Gruß',
    'Heute kein Training.',
    ['quote'],
  ],
  [
    'de Gmail',
    'Kein Training.\n\nAm Fr., 1. Mai 2026 um 10:02 Uhr schrieb Anna <anna@p12.de>:\n\n> Hallo',
    'Kein Training.',
    ['quote'],
  ],
  [
    'other languages by date and address',
    'Hello\n02.04.2012 14:20 пользователь "bob@p12.org" <\nbob@p12.org> написал:\n\n> Hi\n>',
    'Hello',
    ['quote'],
  ],
  [
    'sv Outlook',
    `${MESSAGE}\n\nFrån: Anna Berg <anna@p12.se>\nSkickat: den 1 maj 2026 10:02\nTill: Bo Ek <bo@p12.se>\nÄmne: Träning\n\nBlir det träning?`,
    MESSAGE,
    ['quote'],
  ],
  [
    'en Outlook with a rule',
    'Cancelled.\n\n________________________________\nFrom: Ann Hill\nSent: Friday, May 1, 2026 10:02 AM\nTo: Bob\nSubject: Practice\n\nPractice?',
    'Cancelled.',
    ['quote'],
  ],
  [
    'es Outlook',
    'Cancelado.\n\nDe: Ana <ana@p12.es>\nEnviado el: viernes, 1 de mayo de 2026 10:02\nPara: Bo\nAsunto: Entreno\n\n¿Hay?',
    'Cancelado.',
    ['quote'],
  ],
  [
    'de Outlook, bold',
    'Fällt aus.\n\n*Von:* Anna Berg\n*Gesendet:* Freitag, 1. Mai 2026 10:02\n*An:* Bo\n*Betreff:* Training\n\nIst Training?',
    'Fällt aus.',
    ['quote'],
  ],
  ['sv original', `${MESSAGE}\n\n-----Ursprungligt meddelande-----\nFrån: Anna\nHej`, MESSAGE, ['quote']],
  ['en original', 'Cancelled.\n\n----- Original Message -----\nFrom: bob\nHi', 'Cancelled.', ['quote']],
  ['es original', 'Cancelado.\n\n-----Mensaje original-----\nDe: Ana', 'Cancelado.', ['quote']],
  ['de original', 'Fällt aus.\n\n-----Ursprüngliche Nachricht-----\nVon: Anna', 'Fällt aus.', ['quote']],
  [
    'forwarded below a comment',
    'Se nedan, viktigt!\n\n---------- Forwarded message ---------\nFrån: Anna <a@p12.se>\nDate: fre 1 maj\nSubject: Hej\n\nText',
    'Se nedan, viktigt!',
    ['forward'],
  ],
  [
    'answered below',
    'Den fre 1 maj 2026 kl 10:02 skrev Anna <anna@p12.se>:\n> Blir det träning?\n\nNej, inställt.',
    'Nej, inställt.',
    ['quote'],
  ],
  [
    'answered between',
    'Den fre 1 maj 2026 kl 10:02 skrev Anna <anna@p12.se>:\n> Blir det träning?\nNej.\n> Och på lördag?\nJa, kl 10.',
    'Nej.\nJa, kl 10.',
    ['quote'],
  ],
  ['bare, at the end', 'Ja, kl 10.\n\n> Blir det träning?', 'Ja, kl 10.', ['quote']],
  ['bare, at the start', '> Blir det träning?\n\nJa, kl 10.', 'Ja, kl 10.', ['quote']],
  [
    'a message that begins like one',
    'On my way!\nOn Fri, May 1, 2026 at 10:02 AM Ann <ann@p12.se> wrote:\n> Where are you?',
    'On my way!',
    ['quote'],
  ],
  [
    'broken before the address',
    'Cancelled.\nOn Fri, May 1, 2026 at 10:02 AM Ann Hill\n<ann@p12.se> wrote:\n> Hi',
    'Cancelled.',
    ['quote'],
  ],
  ['nothing but a quote', 'On Fri, May 1, 2026 at 10:02 AM Ann <ann@p12.se> wrote:\n> Hi', '', ['quote']],
];

const signatures: Row[] = [
  ['dashes', `${MESSAGE}\n-- \nAnna Berg\nOrdförande, P12\n070-123 45 67`, MESSAGE, ['signature']],
  ['dashes without the space', `${MESSAGE}\n\n--\nAnna Berg\nanna@p12.se`, MESSAGE, ['signature']],
  ['sv', `${MESSAGE}\n\nMed vänlig hälsning\nAnna Berg\nOrdförande\nTel: 070-123 45 67`, MESSAGE, ['signature']],
  [
    'sv plural',
    `${MESSAGE}\n\nMed vänliga hälsningar,\n\nAnna Berg\nKassör i föreningen\nStorgatan 12\n123 45 Sala`,
    MESSAGE,
    ['signature'],
  ],
  ['sv short', `${MESSAGE}\nMvh Anna`, MESSAGE, ['signature']],
  ['sv alone', `${MESSAGE}\n\nMvh`, MESSAGE, ['signature']],
  ['sv on one line', `${MESSAGE}\n\nHälsningar från Anna och Bo`, MESSAGE, ['signature']],
  ['en', 'No practice today.\n\nKind regards,\nAnn Hill\nChair\n+46 70 123 45 67', 'No practice today.', ['signature']],
  ['en best', 'No practice today.\n\nBest regards\nAnn', 'No practice today.', ['signature']],
  ['es', 'Hoy no hay entreno.\n\nUn cordial saludo,\nAna Pérez\nSecretaria', 'Hoy no hay entreno.', ['signature']],
  ['es short', 'Hoy no hay entreno.\nSaludos, Ana', 'Hoy no hay entreno.', ['signature']],
  [
    'de',
    'Heute kein Training.\n\nMit freundlichen Grüßen\nAnna Berg\n1. Vorsitzende\nTel.: 030 1234567',
    'Heute kein Training.',
    ['signature'],
  ],
  ['de short', 'Heute kein Training.\n\nLG Anna', 'Heute kein Training.', ['signature']],
  ['sv device', `${MESSAGE}\n\nSkickat från min iPhone`, MESSAGE, ['device']],
  ['en device', 'Cancelled.\n\nSent from my iPhone', 'Cancelled.', ['device']],
  ['en program with its link', 'Cancelled.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>', 'Cancelled.', ['device']],
  ['sv program', `${MESSAGE}\n\nHämta Outlook för Android (https://aka.ms/AAb9ysg)`, MESSAGE, ['device']],
  ['sv Windows', `${MESSAGE}\n\nSkickat från E-post för Windows`, MESSAGE, ['device']],
  ['es device', 'Cancelado.\n\nEnviado desde mi móvil', 'Cancelado.', ['device']],
  ['de device', 'Fällt aus.\n\nVon meinem iPhone gesendet', 'Fällt aus.', ['device']],
  [
    'de device, long',
    'Fällt aus.\n\nDiese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.',
    'Fällt aus.',
    ['device'],
  ],
  ['greeting above the device', `${MESSAGE}\n\nMvh Anna\n\nSkickat från min iPhone`, MESSAGE, ['device', 'signature']],
  [
    'greeting above the quote',
    `${MESSAGE}\n\nMvh\nAnna\n\nDen fre 1 maj 2026 kl 10:02 skrev Bo <bo@p12.se>:\n> Hej`,
    MESSAGE,
    ['quote', 'signature'],
  ],
];

const SV_LEGAL =
  'Detta e-postmeddelande kan innehålla konfidentiell information och är endast avsett för mottagaren. Om du har fått det av misstag, radera det och meddela avsändaren.';
const EN_LEGAL =
  'This e-mail and any attachments are confidential and intended solely for the addressee. If you have received this message in error, please notify the sender and delete it.';
const ES_LEGAL =
  'Este mensaje es confidencial y se dirige exclusivamente a su destinatario. Si lo ha recibido por error, le rogamos que lo elimine y lo comunique al remitente.';
const DE_LEGAL =
  'Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind oder diese E-Mail irrtümlich erhalten haben, informieren Sie bitte den Absender und vernichten Sie diese Mail.';

const footers: Row[] = [
  ['sv', `${MESSAGE}\n\n${SV_LEGAL}`, MESSAGE, ['disclaimer']],
  ['en', `Cancelled today.\n\n${EN_LEGAL}`, 'Cancelled today.', ['disclaimer']],
  ['es', `Cancelado hoy.\n\n${ES_LEGAL}`, 'Cancelado hoy.', ['disclaimer']],
  ['de', `Fällt heute aus.\n\n${DE_LEGAL}`, 'Fällt heute aus.', ['disclaimer']],
  [
    'below a signature and a rule',
    `Cancelled today.\n\nKind regards\nAnn Hill\n\n________________\n${EN_LEGAL}`,
    'Cancelled today.',
    ['disclaimer', 'footer', 'signature'],
  ],
  ['the environment', `${MESSAGE}\n\nTänk på miljön innan du skriver ut detta mejl.`, MESSAGE, ['disclaimer']],
  [
    'personal data',
    `${MESSAGE}\n\nNär du skickar e-post till kommunen innebär det att kommunen behandlar dina personuppgifter.`,
    MESSAGE,
    ['disclaimer'],
  ],
  ['a virus scanner', 'Cancelled today.\n\nVirus-free.www.avast.com', 'Cancelled today.', ['disclaimer']],
  [
    'a list',
    'Cancelled today.\n_______________________________________________\nP12 mailing list\nTo unsubscribe see https://lists.p12.se/p12',
    'Cancelled today.',
    ['footer'],
  ],
  [
    'a group',
    `${MESSAGE}\n\nDu får det här meddelandet för att du är med i gruppen P12. https://groups.p12.se`,
    MESSAGE,
    ['footer'],
  ],
];

/** What must stay, every word of it. */
const untouched: [string, string][] = [
  ['a plain message', MESSAGE],
  ['a poem with marks in the midst', 'Vi sjunger denna:\n> Ja visst gör det ont\n> när knoppar brister\nVälkomna!'],
  [
    'a poem at the end, announced',
    'Vi sjunger denna. Karin Boye skrev:\n> Ja visst gör det ont\n> när knoppar brister',
  ],
  ['a poem of a year', 'Här är texten från 2019:\n> Ja visst gör det ont'],
  ['From: in the text', 'From: the board\nTo: everybody who was there, thank you.'],
  ['when a party is', 'Fest!\nFrån: 18.00\nTill: 23.00\nDatum: 3 maj'],
  ['begins with On', 'On Monday we wrote:\nno practice this week.'],
  ['Den … skrev, told', 'Den 3 maj skrev kommunen:\nhallen är stängd hela veckan.'],
  ['Am … schrieb, told', 'Am Montag schrieb uns die Stadt:\ndie Halle bleibt zu.'],
  [
    'two dashes between matters',
    'Fotboll kl 18 på torsdag.\n--\nHandboll kl 19 på fredag, ta med egna bollar.\n--\nFika efteråt.',
  ],
  ['a greeting that is the message', 'Hälsningar från Mallorca'],
  ['a greeting with news below', 'Mvh Anna\nPS. Glöm inte nycklarna!'],
  ['a greeting and a time below', 'Hälsningar\nVi ses på lördag'],
  [
    'a greeting above the message',
    'Hälsningar från styrelsen.\nÅrsmötet är den 3 maj kl 18 i klubbstugan och alla är välkomna dit.',
  ],
  [
    'confidential, said by a person',
    'Detta är konfidentiellt och endast avsett för styrelsen. Radera mejlet när ni läst.',
  ],
  ['sent by mail, told', 'Kallelsen är skickad.\n\nSkickat från kansliet till alla medlemmar'],
  ['sent, told', 'Tickets:\n\nSent by mail to all members today'],
  ['nothing but a signature', 'Med vänlig hälsning\nAnna Berg'],
  ['nothing but a device', 'Skickat från min iPhone'],
  ['nothing but dashes and a name', '--\nAnna Berg'],
  [
    'a forwarded mail and nothing above',
    '---------- Forwarded message ---------\nFrom: Anna <a@p12.se>\nDate: fre 1 maj\nSubject: Hej\n\nHallen är stängd.',
  ],
  [
    'an Outlook forward and nothing above',
    'Från: Anna <a@p12.se>\nSkickat: den 1 maj 2026\nTill: Bo\nÄmne: Hallen\n\nHallen är stängd.',
  ],
  ['unsubscribe, told', 'För att avprenumerera på nyhetsbrevet, fråga Anna.'],
  ['a list of times', 'Schema:\nmån 17:00\ntis 18:00\nons 19:00'],
  ['an empty text', ''],
];

const check = ([, text, left, cut]: Row) => expect(cleanMailText(text)).toEqual({ text: left, cut });

describe('M-1: what a mail says', () => {
  test.each(quotes)('quote: %s', (...row) => check(row));
  test.each(signatures)('signature: %s', (...row) => check(row));
  test.each(footers)('footer: %s', (...row) => check(row));
  test.each(untouched)('stays: %s', (_, text) => expect(cleanMailText(text)).toEqual({ text, cut: [] }));

  test.each([
    ['empty lines', '\n'.repeat(300_000)],
    ['colons', ':\n'.repeat(100_000)],
    ['rules', '-----\n'.repeat(60_000)],
    ['marks', '>\n'.repeat(300_000)],
    ['one line', 'a '.repeat(200_000)],
    ['attributions', 'On 1 May 2026 10:02 a wrote:\n'.repeat(30_000)],
    ['labels', 'From: a@b.se\nTo: b\n'.repeat(50_000)],
    ['digits', '1 '.repeat(200_000)],
  ])('a long text of %s takes no longer than a moment', (_, text) => {
    const from = spentMs();
    cleanMailText(text);
    expect(spentMs() - from).toBeLessThan(6_000);
  });
});
