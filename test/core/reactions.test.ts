import { describe, expect, test } from '@jest/globals';
import { cutQuoted, looksLikeReaction, readReaction } from '../../src/core/reactions.ts';
import { spentMs } from '../kit/spent.ts';

const FOOTER = 'Svara STOPP för att lämna';
const OURS = 'Träningen på lördag börjar 9.30 i stället för 10. Ta med "västar" och vatten!';
const RECENT = [
  { broadcastId: 'b3', bookId: 'p12', header: 'P12:', text: OURS, footer: FOOTER },
  { broadcastId: 'b2', bookId: 'p12', header: 'P12:', text: 'Träningen på söndag är inställd.', footer: FOOTER },
  { broadcastId: 'b1', bookId: 'p14', header: '', text: 'Ok', footer: '' },
];
const REPLIES = [`Du är med i P12. ${FOOTER}, HJÄLP för hjälp`];
const WHOLE = `P12: ${OURS}\n${FOOTER}`;

const QUOTES = [
  ['“', '”'],
  ['”', '”'],
  ['„', '“'],
  ['"', '"'],
  ['«', '»'],
  ['»', '«'],
];
const QUOTED: [string, string][] = [
  ['text alone', OURS],
  ['header, text and footer', WHOLE],
  ['text and footer', `${OURS} ${FOOTER}`],
  ['header and text', `P12: ${OURS}`],
  ['one line', WHOLE.replaceAll('\n', ' ')],
  ['cut with an ellipsis', `${WHOLE.slice(0, 40)}…`],
  ['cut with three dots', `${WHOLE.slice(0, 40)}...`],
  ['cut without a sign', OURS.slice(0, 40)],
  ['curly quotes inside', OURS.replaceAll('"', '”')],
];
const FORMS: [string, string, string | null][] = [
  // [lead, tail, emoji]
  ['Liked ', '', '👍'],
  ['Loved ', '', '❤️'],
  ['Laughed at ', '', '😂'],
  ['Emphasized ', '', '‼️'],
  ['Questioned ', '', '❓'],
  ['Disliked ', '', '👎'],
  ['Gillade ', '', '👍'],
  ['Älskade ', '', '❤️'],
  ['Skrattade åt ', '', '😂'],
  ['Betonade ', '', '‼️'],
  ['Ifrågasatte ', '', '❓'],
  ['Ogillade ', '', '👎'],
  ['Le gustó ', '', '👍'],
  ['Gefällt ', '', '👍'],
  ['Reacted 🔥 to ', '', '🔥'],
  ['Reacted 👍🏽 to ', '', '👍🏽'],
  ['Reagerade med ❤️ på ', '', '❤️'],
  ['Reaccionó con 🔥 a ', '', '🔥'],
  ['Hat mit 🔥 auf ', ' reagiert', '🔥'],
  ['', ' mit „Gefällt mir“ markiert', '👍'],
  ['\u200a👍\u200a to ', '\u200a', '👍'],
  ['👍 till ', '', '👍'],
  ['Removed a heart from ', '', null],
  ['Removed a like from ', '', null],
  ['Tog bort ett hjärta från ', '', null],
  ['Tog bort 🔥 från ', '', null],
  // forms that no list of ours has
  ['Tykkää ', '', null],
  ['Zareagował(a) 🔥 na ', '', '🔥'],
  ['Reagoval 😮 na ', '', '😮'],
];

describe('B-23: reactions', () => {
  test.each(FORMS)('%s“…”%s', (lead, tail, emoji) => {
    for (const [open, close] of QUOTES) {
      for (const [how, quoted] of QUOTED) {
        const raw = `${lead}${open}${quoted}${close}${tail}`;
        expect([how, raw, readReaction(raw, RECENT)]).toEqual([how, raw, { broadcastId: 'b3', bookId: 'p12', emoji }]);
      }
    }
  });

  test('the closing quote may be lost', () => {
    expect(readReaction(`Liked “${OURS.slice(0, 30)}`, RECENT)?.broadcastId).toBe('b3');
  });

  test('of two broadcasts that begin alike the newer, unless the other is quoted whole', () => {
    expect(readReaction('Gillade ”Träningen på…”', RECENT)?.broadcastId).toBe('b3');
    expect(readReaction('Gillade ”Träningen på s…”', RECENT)?.broadcastId).toBe('b2');
    const twins = [
      { broadcastId: 'new', bookId: 'p', header: '', text: 'Hej alla barn!', footer: '' },
      { broadcastId: 'old', bookId: 'p', header: '', text: 'Hej', footer: '' },
    ];
    expect(readReaction('Liked “Hej”', twins)?.broadcastId).toBe('old');
    expect(readReaction('Liked “Hej a”', twins)?.broadcastId).toBe('new');
  });

  test('a text of one emoji can be reacted to', () => {
    const recent = [{ broadcastId: 'b', bookId: 'p', header: '', text: '🎉', footer: '' }];
    expect(readReaction('Liked “🎉”', recent)?.broadcastId).toBe('b');
    expect(readReaction('Liked “🔥”', recent)).toBeNull();
  });

  test.each([
    ['Liked “Something else”'],
    [`Vad menar du med "${OURS.slice(0, 30)}"?`],
    [`Gäller "${OURS}" även oss?`],
    [`Jag gillar inte ”${OURS}”`],
    [`I got “${OURS}” twice`],
    [`När är ”${OURS}”`],
    [`Det står ”${OURS}” men vi tränar ju inte på lördagar i den hallen`],
    [OURS],
    [`"${OURS}"`],
    ['STOPP'],
    ['“'],
    [''],
    [`Tykkää “Tr”`],
  ])('%j is none of a text of ours', (raw) => expect(readReaction(raw, RECENT)).toBeNull());

  test.each(FORMS.slice(0, 26))('the form alone: %s“…”%s', (lead, tail) => {
    expect(looksLikeReaction(`${lead}“What a day”${tail}`)).toBe(true);
  });
  test.each([['Liked an image'], ['Gillade en bild'], ['Reacted 😂 to an image'], ['Le gustó una imagen']])(
    '%j',
    (raw) => expect(looksLikeReaction(raw)).toBe(true),
  );
  test.each([['Liked'], ['Gillade matchen'], ['STOPP'], ['Han sa ”hej”'], ['👍'], [''], ['"STOPP"'], ['I liked “it”']])(
    '%j does not look like one',
    (raw) => expect(looksLikeReaction(raw)).toBe(false),
  );
});

describe('B-25: our own text below the answer', () => {
  const below: [string, string][] = [
    ['marked with >', `> ${WHOLE.replaceAll('\n', '\n> ')}`],
    ['behind a blank line', `\n${WHOLE}`],
    ['right below', WHOLE],
    ['below an attribution', `\nDen 3 maj 2025 kl. 09:12 skrev +46701234567:\n> ${WHOLE.replaceAll('\n', '\n> ')}`],
    ['English attribution', `\nOn 3 May 2025 at 09:12, P12 wrote:\n${WHOLE}`],
    ['below a rule', `-----Ursprungligt meddelande-----\nFrån: P12\nDatum: 3 maj\n\n${WHOLE}`],
    ['in quotes', `”${WHOLE}”`],
    ['cut short', `${WHOLE.slice(0, 35)}…`],
    ['marked and cut', `> ${WHOLE.slice(0, 30)}`],
    ['text without header and footer', OURS],
    ['a reply of ours', `> ${REPLIES[0]}`],
    ['CRLF', `\r\n${WHOLE.replaceAll('\n', '\r\n')}`],
  ];
  test.each(below)('%s', (_name, quote) => {
    for (const answer of ['STOPP', 'Vi kommer!\nHälsningar Anna', 'ja']) {
      expect(cutQuoted(`${answer}\n${quote}`, RECENT, REPLIES)).toEqual({ text: answer, cut: true });
    }
  });

  test('on the same line, when it is whole', () => {
    expect(cutQuoted(`STOPP ${WHOLE}`, RECENT, REPLIES)).toEqual({ text: 'STOPP', cut: true });
    expect(cutQuoted(`STOPP "${OURS}"`, RECENT, REPLIES)).toEqual({ text: 'STOPP', cut: true });
  });

  test('above the answer, when it is marked', () => {
    expect(cutQuoted(`> ${WHOLE.replaceAll('\n', '\n> ')}\n\nSTOPP`, RECENT, REPLIES)).toEqual({
      text: 'STOPP',
      cut: true,
    });
  });

  test.each([
    [WHOLE],
    [`> ${WHOLE}`],
    [`P12:\n${OURS.slice(0, 30)}…`],
    [`P12:\n${OURS}\n${FOOTER.slice(0, 12)}`],
    [OURS],
    ['STOPP'],
    ['Kommer\nTräningen'],
    ['Vi kommer\n> men inte Anna'],
    ['Hej\n\nVi kommer lite sent på lördag'],
    ['Datum: lördag\nTill: alla'],
    [''],
    ['\n\n'],
    ['Ja\nOk'],
    [`xy${OURS.slice(1)}`],
  ])('%j is left as it is', (raw) => expect(cutQuoted(raw, RECENT, REPLIES)).toEqual({ text: raw, cut: false }));

  test('nothing of ours, nothing cut', () => {
    expect(cutQuoted(`STOPP\n> ${WHOLE}`, [], [])).toEqual({ text: `STOPP\n> ${WHOLE}`, cut: false });
  });
});

test('long and hostile texts are read in linear time', () => {
  const started = spentMs();
  for (const unit of ['“', '"', '.', '…', '\n', 'a\n', '> ', '👍', 'Liked “', '-', 'wrote:', ' ', 'Träningen på ']) {
    const raw = unit.repeat(Math.ceil(20_000 / unit.length));
    for (const text of [raw, `Liked “${raw}`, `STOPP\n${raw}`, raw.slice(0, 7000)]) {
      readReaction(text, RECENT);
      looksLikeReaction(text);
      cutQuoted(text, RECENT, REPLIES);
    }
  }
  expect(spentMs() - started).toBeLessThan(10_000);
});
