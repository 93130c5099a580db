import { describe, expect, test } from '@jest/globals';
import {
  isReservedWord,
  isTrivial,
  readAnswer,
  readHelp,
  readJoin,
  readLeave,
  startsWithCommandWord,
  takeKeyword,
} from '../../src/core/keyword.ts';
import { HELP_WORDS, LEAVE_WORDS, WORDING_VERSION } from '../../src/core/keywords.ts';
import { LEAVE_MISSPELLINGS } from '../../src/core/misspellings.ts';
import { normalForm } from '../../src/core/normalForm.ts';
import { spentMs } from '../kit/spent.ts';
import { describeVectors, readVectors } from '../kit/vectors.ts';

const KEYWORDS = ['P12', 'P14', 'Röd', 'TRÄNING'];
const leave = (text: string, keywords: readonly string[] = []) => readLeave(normalForm(text), keywords);
const join = (text: string, keywords: readonly string[] = []) => readJoin(normalForm(text), keywords);

/** What a word can wear without becoming another text (B-1); `leading` ones only for leaving. */
const DRESSES: [string, (word: string) => string][] = [
  ['bare', (word) => word],
  ['lower', (word) => word.toLowerCase()],
  ['upper', (word) => word.toUpperCase()],
  ['mixed', (word) => [...word].map((letter, at) => (at % 2 ? letter.toLowerCase() : letter.toUpperCase())).join('')],
  ['spaces', (word) => `  ${word}\t `],
  ['newlines', (word) => `\r\n${word}\n\n`],
  ['NBSP', (word) => `\u00a0${word}\u202f\u3000`],
  ['line separator', (word) => `\u2028${word}\u2029`],
  ['NUL', (word) => `${word}\u0000`],
  ['exclamation', (word) => `${word}!!!`],
  ['full stop', (word) => `${word}.`],
  ['ellipsis', (word) => `…${word}…`],
  ['dashes', (word) => `- ${word} —`],
  ['markdown', (word) => `**_${word}_**`],
  ['hash', (word) => `#${word}`],
  ['straight quotes', (word) => `"${word}"`],
  ['curly quotes', (word) => `“${word}”`],
  ['Swedish quotes', (word) => `”${word}”`],
  ['German quotes', (word) => `„${word}“`],
  ['angle quotes', (word) => `»${word}«`],
  ['single quotes', (word) => `‘${word}’`],
  ['backtick and acute', (word) => `\`${word}´`],
  ['round brackets', (word) => `(${word})`],
  ['square brackets', (word) => `[${word}]`],
  ['Spanish marks', (word) => `¡${word}!`],
  ['emoji', (word) => `${word} 🛑`],
  ['emoji and selector', (word) => `${word}❤️`],
  ['skin tone', (word) => `${word} 🙏🏽.`],
  ['family', (word) => `${word} 👨‍👩‍👧`],
  ['flag', (word) => `${word}🇸🇪`],
  ['keycap', (word) => `${word} \u20e3`],
  ['zero width inside', (word) => [...word].join('\u200b')],
  ['soft hyphen inside', (word) => [...word].join('\u00ad')],
  ['BOM', (word) => `\ufeff${word}`],
  ['object replacement', (word) => `\ufffc${word}`],
  ['RTL marks', (word) => `\u200f\u202b${word}\u202c`],
  ['isolates', (word) => `\u2067${word}\u2069`],
  ['decomposed', (word) => word.normalize('NFD')],
  ['full width', (word) => word.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0))],
  ['all at once', (word) => `\ufeff «"${[...word].join('\u200b')}"»!! 🛑🛑 \u2029`],
];

describe('B-11: every leave word in any dress leaves', () => {
  const words = [...LEAVE_WORDS, 'OPT-OUT', 'arret', 'avanmal', ...LEAVE_MISSPELLINGS];
  test.each(DRESSES)('%s', (_name, dress) => {
    for (const word of words) expect([word, leave(dress(word), KEYWORDS)]).toEqual([word, { kind: 'leave' }]);
  });

  test.each([
    ['🛑 STOPP'],
    ['🛑STOPP🛑'],
    ['ЅТОРР'],
    ['ѕtорр'],
    ['ꓢꓔꓳꓑꓑ'],
    ['ꜱᴛᴏᴘᴘ'],
    ['🅢🅣🅞🅟'],
    ['STÖPP'],
    ['STØP'],
    ['Stópp'],
    ['S̶T̶O̶P̶P̶'],
    ['ARRÊT'],
    ['ARRE\u0302T'],
    ['STOPP STOPP'],
    ['stopp! stopp!! STOPP!!!'],
    ['STOPPSTOPPSTOPP'],
    ['stopstopp'],
    ['STOPP AVSLUTA'],
    ['S T O P P'],
    ['S.T.O.P.P.'],
    ['s-t-o-p'],
    ['S T O P P S T O P P'],
    ['STOPPPPPP'],
    ['Stoooopp'],
    ['STOPP '.repeat(3000)],
    ['STOPP'.repeat(3000)],
  ])('%j', (text) => expect(leave(text)?.kind).toBe('leave'));

  test.each([
    ['Topp!'],
    ['TOPP'],
    ['STOOP'],
    ['STO'],
    ['SOP'],
    ['sopp'],
    ['StPO'],
    ['STP'],
    ['STOPPUR'],
    ['stopover'],
    ['UNSTOP'],
    ['ENDE'],
    ['endast'],
    ['altogether'],
    ['bajar'],
    ['S T'],
    ['START'],
    ['HJÄLP'],
    ['?'],
    ['👍'],
    [''],
    ['   '],
    ['stopphelpstopp'],
  ])('%j is none', (text) => expect(leave(text, KEYWORDS)).toBeNull());
});

describe('B-18: all lists, one list', () => {
  test.each([
    ['STOPP ALLT'],
    ['STOP ALL'],
    ['stopall!'],
    ['STOPPALLT'],
    ['Stopp allt, tack!'],
    ['ALLT STOPP'],
    ['UNSUBSCRIBE ALL'],
    ['STOP ALL MESSAGES'],
    ['ABMELDEN ALLES'],
    ['BAJA TODO'],
    ['STOPP STOPP ALLT'],
    ['S T O P A L L'],
    ['STOPP ALLT, ta bort mig'],
  ])('%j', (text) => expect(leave(text, KEYWORDS)?.kind).toBe('leave_all'));

  test.each([
    ['STOPP P12', 'P12'],
    ['p12 stopp', 'P12'],
    ['STOPP: "P14"!', 'P14'],
    ['P14-STOPP', 'P14'],
    ['Stop röd', 'Röd'],
    ['ROD STOPP', 'Röd'],
    ['AVSLUTA TRÄNING', 'TRÄNING'],
    ['STPP P12', 'P12'],
    ['STOPP P12 tack', 'P12'],
    ['🛑 STOPP P12 🛑', 'P12'],
    ['opt out P12', 'P12'],
  ])('%j leaves %s', (text, keyword) => expect(leave(text, KEYWORDS)).toEqual({ kind: 'leave_book', keyword }));

  test('of two keywords that fold alike, the one that was written', () => {
    expect(leave('STOPP RÖD', ['ROD', 'RÖD'])).toEqual({ kind: 'leave_book', keyword: 'RÖD' });
    expect(leave('STOPP rod', ['RÖD', 'ROD'])).toEqual({ kind: 'leave_book', keyword: 'ROD' });
  });

  test('a keyword of no book here is only an unclear word', () => {
    expect(leave('STOPP KAFFE', KEYWORDS)).toEqual({ kind: 'unclear' });
    expect(leave('STOPP P12', [])).toEqual({ kind: 'unclear' });
    expect(leave('P12', KEYWORDS)).toBeNull();
  });
});

describe('B-12: leave word with courtesy, listed phrases', () => {
  const courtesy = ['tack', 'snälla', 'nu', 'please', 'now', 'thank you', 'bitte', 'jetzt', 'por favor', 'ya'];
  test.each(courtesy)('every leave word with %s, before and after', (word) => {
    for (const leaving of LEAVE_WORDS) {
      for (const text of [
        `${leaving} ${word}`,
        `${leaving.toUpperCase()}, ${word}!!`,
        `${word}: ${leaving}`,
        `${leaving}\n${word} 🙏`,
      ]) {
        expect([text, leave(text, KEYWORDS)?.kind]).toEqual([text, 'leave_courtesy']);
      }
    }
  });

  test.each([
    ['ta bort mig'],
    ['Hej! Ta bort mig från listan, tack.'],
    ['Vill inte ha fler sms'],
    ['jag vill inte längre få några meddelanden från er'],
    ['Avregistrera mig'],
    ['Jag vill avregistrera mig från den här listan'],
    ['Sluta skicka'],
    ['sluta skicka sms till mig!!'],
    ['Kan ni ta bort mitt nummer tack'],
    ['STOPP!!! sluta skicka'],
    ['Inga fler sms tack'],
    ['STOPP sms'],
    ['STOPPSTOPP tack'],
    ['S T O P P tack'],
    ['remove me'],
    ['Please remove me from this list'],
    ["Don't text me anymore"],
    ['don’t send me any more texts'],
    ['I want to unsubscribe'],
    ['stop texting me'],
    ['Stop sending me messages please'],
    ['No more texts'],
    ['take me off your list'],
    ['unsubscribe me now'],
    ['quítame de la lista'],
    ['Quitame de esta lista por favor'],
    ['No quiero recibir más mensajes'],
    ['quiero darme de baja'],
    ['no me envíen más mensajes'],
    ['bitte austragen'],
    ['Bitte löschen Sie mich aus der Liste'],
    ['Ich möchte keine Nachrichten mehr'],
    ['Keine SMS mehr bitte'],
    ['Ich möchte mich abmelden'],
    ['Nehmen Sie mich bitte aus dem Verteiler'],
    ['Tragen Sie mich bitte aus'],
  ])('%j', (text) => expect(leave(text)?.kind).toBe('leave_courtesy'));

  test.each([
    ['ta bort mig från laget'],
    ['jag vill inte sluta'],
    ['vill inte ha kaffe'],
    ['I need to cancel'],
    ['can you cancel'],
    ['tack'],
    ['please'],
    ['från listan'],
    ['Ta bort mig från torsdagens match, vi är bortresta'],
    ['Remove me from the blue team'],
    ['No me envíes la foto'],
    ['tack allt'],
  ])('%j is none', (text) => expect(leave(text)).toBeNull());
});

describe('B-13 and B-14', () => {
  test.each([
    ['STOPP START'],
    ['STOPP det här'],
    ['stop the car now'],
    ['End of story'],
    ['STOPP 1'],
    ['Stopp inte'],
    ['cancel my order'],
    ['Alto riesgo de incendio'],
    ['opt out of it'],
    ['STPP det'],
    ['avsluta mötet'],
    ['STOPP 停'],
  ])('%j is unclear', (text) => expect(leave(text, KEYWORDS)).toEqual({ kind: 'unclear' }));

  test.each([['SLUT'], ['nej'], ['NO!'], ['"Slut."'], ['No 🙅']])('a lone %j is soft', (text) =>
    expect(leave(text)).toEqual({ kind: 'soft' }),
  );
  test.each([['nej tack'], ['no no'], ['slut på kaffe'], ['No vi ses']])('%j is not soft', (text) =>
    expect(leave(text)).toBeNull(),
  );

  test.each([
    ['vi måste STOPPA förslaget'],
    ['STOPPA'],
    ['Kan ni inte sluta stopp i rören'],
    ['START STOPP'],
    ['Stopp i avloppet på trean, ring Kalle'],
    ['Cancel my subscription to the newspaper please'],
    ['How do I unsubscribe from the paper?'],
    ['<script>STOPP</script>'],
    ['Svara "STOPP" för att lämna listan'],
    ['can I opt out of lunch on Friday'],
    [`${'bla '.repeat(3000)}stopp`],
  ])('%j mentions leaving', (text) => expect(leave(text, KEYWORDS)).toEqual({ kind: 'mentions' }));

  test.each([
    ['see you at the end of the road'],
    ['Vi avslutar mötet klockan tio, kom till hallen'],
    ['la marea está alta y baja'],
    ['Toppen, vi ses!'],
    ['stoppuret ligger kvar i hallen'],
    ['We cannot quit now, meet at six'],
  ])('%j does not', (text) => expect(leave(text, KEYWORDS)).toBeNull());
});

describe('B-1, B-45: joining', () => {
  test.each(DRESSES)('START, %s', (_name, dress) => {
    expect(join(dress('START'), KEYWORDS)).toEqual({ kind: 'join' });
    for (const keyword of KEYWORDS) {
      for (const text of [keyword, `START ${keyword}`, `${keyword} START`]) {
        expect([text, join(dress(text), KEYWORDS)]).toEqual([text, { kind: 'join_book', keyword }]);
      }
    }
  });

  test.each([
    ['START: P12', 'P12'],
    ['START-P12', 'P12'],
    ['p12, start!', 'P12'],
    ['START "P14"', 'P14'],
  ])('%j joins %s', (text, keyword) => expect(join(text, KEYWORDS)).toEqual({ kind: 'join_book', keyword }));

  test.each([
    ['START tack'],
    ['START jag heter Anna'],
    ['start START'],
    ['START P13'],
    ['START P12 P14'],
    ['START STOPP'],
    ['START, vad kostar det?'],
    ['Hej! START'],
    ['START 🎉 nu'],
    ['START <3'],
  ])('B-2: %j is START and more', (text) => expect(join(text, KEYWORDS)).toEqual({ kind: 'join_and_more' }));

  test.each([
    ['STARTA'],
    ['STAR'],
    ['STRAT'],
    ['Stárt'],
    ['SТART'],
    ['ЅТАRТ'],
    ['🎉 START'],
    ['S T A R T'],
    ['STARTSTART'],
    ['Strt!'],
    ['S̶T̶A̶R̶T̶'],
    ['rod'],
    ['Р12'],
    ['Stárt nu'],
  ])('B-3: %j is nearly START', (text) => expect(join(text, KEYWORDS)).toEqual({ kind: 'nearly' }));

  test.each([
    ['STARTA INTE'],
    ['inte START'],
    ['När är det start?'],
    ['upstart'],
    ['STOPP'],
    ['JA'],
    ['UNSTOP'],
    ['YES'],
    ['Stat'],
    ['startup'],
    ['P12 är bäst'],
    ['P123'],
    ['👍'],
    [''],
    ['?'],
    ['HJÄLP'],
    ['stopp start'.repeat(2000)],
  ])('%j is none', (text) => expect(join(text, KEYWORDS)).toBeNull());
});

describe('B-19: help', () => {
  test.each(DRESSES)('every help word, %s', (_name, dress) => {
    for (const word of HELP_WORDS) expect([word, readHelp(normalForm(dress(word)))]).toEqual([word, true]);
  });
  test.each([['?'], [' ? '], ['？'], ['"?"']])('%j', (text) => expect(readHelp(normalForm(text))).toBe(true));
  test.each([['INFO om mötet'], ['hjälp mig'], ['helper'], ['Vad?'], [''], ['!'], ['START']])('%j is none', (text) =>
    expect(readHelp(normalForm(text))).toBe(false),
  );
});

describe('B-21: answers', () => {
  test.each([
    ['SÄND 4821', '4821'],
    ['sänd4821', '4821'],
    ['SAND 4821', '4821'],
    ['s änd 48 21', '4821'],
    ['Sa\u0308nd 4821.', '4821'],
    ['SEND 4821', '4821'],
    ['enviar 4821', '4821'],
    ['ENVÍA 4821', '4821'],
    ['Senden 4821', '4821'],
    ['"SÄND 4821"', '4821'],
    ['Svara SÄND 4821', '4821'],
    ['SÄND: 4821 tack', '4821'],
    ['SÄND ４８２１', '4821'],
    ['4821', '4821'],
    ['48 21', '4821'],
    ['sänd-48-21 👍', '4821'],
    ['SÄND 482', '482'],
    ['SÄND', null],
    ['send!', null],
  ])('%j', (text, code) => expect(readAnswer(normalForm(text))).toEqual({ kind: 'send', code }));

  test.each([
    ['JA', 'yes'],
    ['ja tack', 'yes'],
    ['j', 'yes'],
    ['Yes!', 'yes'],
    ['SI', 'yes'],
    ['sí', 'yes'],
    ['ja ja', 'yes'],
    ['NEJ', 'no'],
    ['nej tack', 'no'],
    ['no', 'no'],
    ['NEIN', 'no'],
  ])('%j is %s', (text, kind) => expect(readAnswer(normalForm(text))).toEqual({ kind }));

  test.each([
    ['2', 2],
    ['1.', 1],
    ['2️⃣', 2],
    ['1 tack', 1],
    ['12', 12],
  ])('%j is %d', (text, value) => expect(readAnswer(normalForm(text))).toEqual({ kind: 'number', value }));

  test.each([
    ['ja men när?'],
    ['Sänd mig listan'],
    ['Send 4 pizzas'],
    ['48215'],
    ['0701234567'],
    ['1 2'],
    ['P12'],
    ['+'],
    [''],
    ['👍'],
    ['SÄND 123456789'],
    ['ja nej'],
    ['1'.repeat(20_000)],
  ])('%j is none', (text) => expect(readAnswer(normalForm(text))).toBeNull());
});

describe('B-21: what a writer hardly means for everybody', () => {
  test.each([
    ['START imorgon klockan 9', true],
    ['Stopp för trafiken', true],
    ['HJÄLP behövs på lördag', true],
    ['Info: mötet är flyttat', true],
    ['S T O P P det', true],
    ['opt out of it', true],
    ['START', false],
    ['opt out', false],
    ['Starta bilen nu', false],
    ['Mötet har START klockan 9', false],
    ['', false],
  ])('%j starts with a command word: %s', (text, expected) =>
    expect(startsWithCommandWord(normalForm(text))).toBe(expected),
  );

  test.each([
    ['ok', true],
    ['Tack så mycket!', true],
    ['ok tack', true],
    ['👍👍', true],
    ['Hej', true],
    ['Imorgon', true],
    ['...', true],
    ['', true],
    ['thank you', true],
    ['muchas gracias', true],
    ['alles klar, danke', true],
    ['vi ses', true],
    ['a b', true],
    ['Träning inställd', false],
    ['Vi ses klockan 9 vid hallen', false],
    ['Tack alla som kom igår', false],
  ])('%j is trivial: %s', (text, expected) => expect(isTrivial(normalForm(text))).toBe(expected));
});

describe('B-46: the keyword before a writer’s text', () => {
  test.each([
    ['P12 Match på lördag', 'P12', 'Match på lördag'],
    ['p12: Match', 'P12', 'Match'],
    ['P12:Match', 'P12', 'Match'],
    ['P14 - Match!\nTa med boll', 'P14', 'Match!\nTa med boll'],
    ['\ufeff "P12" Match', 'P12', 'Match'],
    ['P12\nMatch', 'P12', 'Match'],
    ['RO\u0308D Samling', 'Röd', 'Samling'],
    ['träning, Ställs in', 'TRÄNING', 'Ställs in'],
    ['P12', 'P12', ''],
    ['P12 👍 Bra', 'P12', '👍 Bra'],
  ])('%j', (text, keyword, rest) => expect(takeKeyword(text, KEYWORDS)).toEqual({ keyword, rest }));

  test.each([
    ['P123 Match'],
    ['P12-tjejer ses kl 9'],
    ['P12:s match'],
    ['P12.5 är fel'],
    ["P12's match"],
    ['Match P12'],
    ['Rod Samling'],
    [''],
    ['Träningen ställs in'],
  ])('%j begins with none', (text) => expect(takeKeyword(text, KEYWORDS)).toBeNull());

  test('the longest keyword wins', () => {
    expect(takeKeyword('P12 A Match', ['P12', 'P12 A'])).toEqual({ keyword: 'P12 A', rest: 'Match' });
  });
});

test.each([
  ['STOPP', true],
  ['stpp', true],
  ['Start', true],
  ['HJÄLP', true],
  ['info', true],
  ['avanmäl', true],
  ['AVANMAL', true],
  ['STOPALL', true],
  ['allt', true],
  ['NEJ', true],
  ['JA', true],
  ['SÄND', true],
  ['tack', true],
  ['Stárt', true],
  ['ЅТОРР', true],
  ['START P12', true],
  ['', true],
  ['P12', false],
  ['Kaffe', false],
  ['RÖD', false],
  ['STOPPUR', false],
  ['Topp', false],
])('%j is reserved: %s', (word, expected) => expect(isReservedWord(word)).toBe(expected));

test('the wording has a version for the ledger', () => expect(WORDING_VERSION).toMatch(/^\d+$/));

test('long and hostile texts are read in linear time', () => {
  const hostile = [
    'stopp ',
    's t ',
    'start',
    'a',
    '"',
    '!?',
    '🛑',
    '\u0301',
    'ЅТОРР ',
    '. ',
    'ja ',
    '\n',
    'stopall',
    'tack ',
  ];
  const started = spentMs();
  for (const unit of hostile) {
    const form = normalForm(unit.repeat(20_000));
    readLeave(form, KEYWORDS);
    readJoin(form, KEYWORDS);
    readAnswer(form);
    readHelp(form);
    isTrivial(form);
    startsWithCommandWord(form);
    takeKeyword(form.raw, KEYWORDS);
  }
  // Quadratic work on 20,000 to 120,000 characters takes minutes.
  expect(spentMs() - started).toBeLessThan(10_000);
});

describeVectors('twilio/keyword_cases.json', () => {
  const { cases } = readVectors<{ cases: [string, string, string][] }>('twilio/keyword_cases.json');
  const outcome = (text: string): string => {
    const left = leave(text)?.kind;
    if (left !== undefined && left !== 'soft' && left !== 'mentions') return 'stop';
    return join(text)?.kind === 'join' ? 'start' : 'none';
  };
  test.each(cases)('%j: %s (%s)', (text, expected) => {
    const accepted = expected === 'stop_or_none' ? ['stop', 'none'] : [expected];
    expect(accepted).toContain(outcome(text));
  });
});
