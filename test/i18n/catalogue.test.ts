import { describe, expect, test } from '@jest/globals';
import { LOCALES, type Locale } from '../../src/core/locale.ts';
import type { ReplyKey, ReplyParams, ReplyText } from '../../src/core/replyText.ts';
import { countParts } from '../../src/core/segments.ts';
import { catalogue, languageNames, replyText } from '../../src/i18n/index.ts';

/** As long as `ReplyParams` allows, and each value another letter, so that one is not taken for its neighbour. */
const book = 'å'.repeat(20);
const organisation = 'ö'.repeat(30);
const contact = 'ä'.repeat(40);
const sender = `${'ü'.repeat(20)}+123456789012345`;
const text = 'ø'.repeat(40);
const count = 1234567;

const longest: { [K in ReplyKey]: ReplyParams[K] } = {
  joined: { book },
  joinRequested: { book },
  stillPending: { book },
  requestRefused: { book },
  cannotJoin: { book },
  left: { book },
  leftAll: { organisation },
  askLeave: { book },
  askLeaveSoft: { book },
  askLeaveExempt: { book },
  stayed: { book },
  hintJoin: { book },
  hintLeave: { book },
  paused: { book, date: '30 de septiembre de 2026' },
  pausedAll: { date: '30 de septiembre de 2026' },
  pausedAlready: { book },
  hintPause: { book },
  pauseNotIn: { book },
  help: { book, organisation, contact },
  helpNoContact: { book, organisation },
  reachedFunctionaries: { book },
  reachedNobody: { book },
  receipt: { book, count, parts: 11 },
  receiptEta: { book, count, parts: 11, clock: '06:44' },
  receiptNobody: { book },
  confirmSend: { book, count, code: '4821' },
  codeWrong: { left: 2 },
  codeGone: { book },
  whichList: { options: 'æ'.repeat(120) },
  tooLong: { parts: 1234567, limit: 11 },
  onlyText: { book },
  resend: { book },
  slowDown: { book },
  stormBrake: { book },
  forwarded: { book, sender, text },
  joinedSaying: { book, sender, text },
  forwardedPicture: { book, sender },
  joinCode: { book, code: '048213' },
  noticeRequest: { book, sender },
  noticeRequestAgain: { book, sender, date: '30 de septiembre de 2026' },
  noticeCannotJoin: { book, sender },
  noticeLeft: { book, sender },
  noticeLeftMany: { book, count },
  noticeAsked: { book, sender },
  noticeExempt: { book, sender },
  noticeBroadcast: { book, count, text },
  noticeStorm: { book },
  noticePaused: { book, code: '21610' },
  noticeMissed: { book, count },
  noticeBlocked: { book, sender },
  noticeBounced: { book, sender },
  crisisAsk: { book },
  crisisAnswer: {},
  crisisStarted: { book, count, clock: '06:44' },
  crisisRunning: { book, clock: '06:44' },
  crisisEnded: { book },
  crisisNone: { book },
  crisisPinWrong: {},
  crisisPinLocked: {},
  rollOk: {},
  rollHelp: {},
  rollHelpNobody: {},
  rollAsk: {},
  noticeCrisis: { book, count, clock: '06:44' },
  noticeCrisisEnd: { book, ok: count, help: count, silent: count },
  noticePinLocked: { book, sender },
  noticeHelp: { book, sender, text },
  footerReply: {},
  footerText: { number: '+123456789012345' },
  readMore: {},
};
const keys = Object.keys(longest) as ReplyKey[];
const carriers: ReplyKey[] = ['forwarded', 'joinedSaying', 'noticeHelp'];
const say = <K extends ReplyKey>(locale: Locale, key: K, params: ReplyParams[K]) =>
  replyText(locale, { key, params } as ReplyText);
const every = LOCALES.flatMap((locale) => keys.map((key): [Locale, ReplyKey] => [locale, key]));

/** Words that do something alone: a phone that answers by quoting us must not leave, join or say yes by it. */
const COMMANDS = new Set(
  (
    'START STARTA STOPP STOP STOPALL AVSLUTA AVANMÄL AVREGISTRERA SLUT BAJA ALTO ABMELDEN ABBESTELLEN ARRET ARRÊT END QUIT ' +
    'CANCEL REVOKE OPTOUT UNSUBSCRIBE UNSTOP PAUS PAUSA PAUSE PAUSIEREN YES NO JA NEJ NEIN SI HJÄLP HELP INFO AYUDA HILFE'
  )
    .split(' ')
    .map((word) => word.toLowerCase()),
);

describe.each(LOCALES)('%s', (locale) => {
  test('has every key and no other', () => {
    expect(Object.keys(catalogue(locale)).sort()).toEqual([...keys].sort());
  });

  test('every text is GSM-7 and one part with its longest parameters', () => {
    const dear = keys
      .map((key) => ({ key, ...countParts(say(locale, key, longest[key])) }))
      .filter((c) => c.encoding !== 'GSM-7' || (c.parts > 1 && !carriers.includes(c.key)));
    expect(dear).toEqual([]);
  });
});

describe('every text', () => {
  test.each(every)('%s %s says its parameters and nothing for a machine', (locale, key) => {
    const said = say(locale, key, longest[key]);
    for (const value of Object.values(longest[key])) expect(said).toContain(String(value));
    expect(said).not.toMatch(/[<>&!]|undefined|\$\{|\s\s|^\s|\s$/);
  });

  test('no text reads as a command or begins like one', () => {
    const first = (said: string) => (/[\p{L}]+/u.exec(said)?.[0] ?? '').toLowerCase();
    const loud = every.filter(([locale, key]) => {
      const said = say(locale, key, longest[key]);
      return COMMANDS.has(said.replace(/[^\p{L}]/gu, '').toLowerCase()) || COMMANDS.has(first(said));
    });
    expect(loud).toEqual([]);
  });

  test('languages do not share a wording', () => {
    const alike = keys.filter((key) => new Set(LOCALES.map((l) => say(l, key, longest[key]))).size < LOCALES.length);
    expect(alike).toEqual([]);
  });

  test('is put in by name, not as a pattern', () => {
    expect(say('sv', 'forwarded', { book: 'P12', sender: '$&', text: '$1 {{x}} <b>' })).toBe(
      'Meddelande ej skickat. P12, $&: $1 {{x}} <b>',
    );
  });
});

describe('exact words', () => {
  test.each<[Locale, ReplyText, string]>([
    [
      'sv',
      { key: 'joined', params: { book: 'Föräldrar P12' } },
      'Du är nu med i Föräldrar P12. Svara STOPP för att lämna.',
    ],
    [
      'sv',
      { key: 'left', params: { book: 'Föräldrar P12' } },
      'Du har lämnat Föräldrar P12 och får inga fler sms. Svara START för att komma tillbaka.',
    ],
    [
      'sv',
      { key: 'confirmSend', params: { book: 'P12', count: 212, code: '4821' } },
      'Skicka detta till 212 i P12? Svara SÄND 4821 inom 10 minuter.',
    ],
    ['sv', { key: 'whichList', params: { options: '1 P12, 2 P14' } }, 'Vilken lista? Svara 1 P12, 2 P14'],
    ['sv', { key: 'noticeLeftMany', params: { book: 'P12', count: 1 } }, '1 person har lämnat P12.'],
    ['sv', { key: 'noticeLeftMany', params: { book: 'P12', count: 212 } }, '212 personer har lämnat P12.'],
    ['en', { key: 'noticeLeftMany', params: { book: 'P12', count: 1 } }, '1 person has left P12.'],
    ['en', { key: 'noticeLeftMany', params: { book: 'P12', count: 0 } }, '0 people have left P12.'],
    ['es', { key: 'noticeLeftMany', params: { book: 'P12', count: 1 } }, '1 persona ha salido de P12.'],
    ['es', { key: 'noticeLeftMany', params: { book: 'P12', count: 2 } }, '2 personas han salido de P12.'],
    ['de', { key: 'noticeLeftMany', params: { book: 'P12', count: 1 } }, '1 Person hat P12 verlassen.'],
    ['de', { key: 'noticeLeftMany', params: { book: 'P12', count: 2 } }, '2 Personen haben P12 verlassen.'],
    ['en', { key: 'codeWrong', params: { left: 1 } }, 'Wrong code. You have 1 try left.'],
    ['es', { key: 'codeWrong', params: { left: 1 } }, 'Clave incorrecta. Te queda 1 intento.'],
    ['de', { key: 'codeWrong', params: { left: 2 } }, 'Falscher Code. Du hast noch 2 Versuche.'],
  ])('%s %j', (locale, reply, expected) => {
    expect(replyText(locale, reply)).toBe(expected);
  });

  test.each<[Locale, ReplyKey, RegExp]>([
    ['sv', 'forwarded', /^Meddelande ej skickat/],
    ['sv', 'forwardedPicture', /^Meddelande ej skickat/],
    ['en', 'forwarded', /^Message not sent/],
    ['es', 'forwarded', /^Mensaje no enviado/],
    ['de', 'forwarded', /^Nachricht nicht gesendet/],
    ['sv', 'hintJoin', /Skicka bara START/],
    ['sv', 'hintLeave', /Skicka bara STOPP/],
    ['sv', 'askLeave', /^Vill du lämna .*\? Svara JA eller NEJ/],
    // CTIA: the confirmation of joining says how to leave and how to get help.
    ['en', 'joined', /STOP.*HELP/],
    ['es', 'joined', /BAJA.*AYUDA/],
    ['de', 'joined', /STOP.*HILFE/],
    ['sv', 'help', /START.*STOPP/],
    ['en', 'help', /START.*STOP/],
    ['es', 'help', /START.*BAJA/],
    ['de', 'help', /START.*STOP/],
  ])('%s %s is like %s', (locale, key, pattern) => {
    expect(say(locale, key, longest[key])).toMatch(pattern);
  });

  test('languages have their own names', () => {
    expect(languageNames).toEqual({ sv: 'Svenska', en: 'English', es: 'Español', de: 'Deutsch' });
  });
});

test('German has one word for the book and one for its functionaries, the ones of the pages', () => {
  for (const key of keys) expect(say('de', key, longest[key])).not.toMatch(/\bListen?\b|Verantwortlich/);
  expect(say('de', 'help', longest.help)).toContain('Verteiler');
  expect(say('de', 'reachedFunctionaries', longest.reachedFunctionaries)).toContain('Zuständigen');
});
