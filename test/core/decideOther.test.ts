import { describe, expect, test } from '@jest/globals';
import { wantsQuotes } from '../../src/core/decide.ts';
import { cutForwarded } from '../../src/core/forward.ts';
import { LOCALES } from '../../src/core/locale.ts';
import type { ReplyText } from '../../src/core/replyText.ts';
import { countParts } from '../../src/core/segments.ts';
import { replyText } from '../../src/i18n/index.ts';
import type { BookSetting, WorldSetting } from '../kit/world.ts';
import {
  anna,
  asLeft,
  asMember,
  asWriter,
  bo,
  cat,
  changesOf,
  DAY,
  dan,
  dora,
  eve,
  HOUR,
  MINUTE,
  member,
  NOON,
  NUMBER,
  p12,
  p14,
  replies,
  Story,
  say,
  statuses,
  stop,
  view,
} from '../kit/world.ts';

const ourLast = {
  broadcastId: 'b-0',
  bookId: 'p12',
  header: '*P12*',
  text: 'Träningen i kväll är inställd, vi ses på lördag',
  footer: 'Svara STOPP för att lämna.',
};
const recentTexts = [ourLast];

describe('B-19: help', () => {
  test('for strangers too: who runs it, how to leave, contact', () => {
    const decision = say(eve, 'HJÄLP');
    expect(decision).toMatchObject({ rule: 'B-19', kind: 'help', changes: [] });
    expect(decision.outgoing).toMatchObject([
      {
        kind: 'answer',
        to: eve,
        reply: { key: 'help', params: { organisation: 'Lunds IK', contact: 'kansli@lundsik.example' } },
      },
    ]);
    expect(replies(say(eve, '?', { organisation: { contact: '' } }), eve)).toEqual(['helpNoContact']);
  });

  test.each(['help', 'INFO!', 'ayuda', 'Hilfe', '?'])('%j', (text) => {
    expect(say(eve, text, { number: { providerKeywords: 'off' } }).rule).toBe('B-19');
  });

  test('once a day per number after leaving; each time for others', () => {
    const left = new Story(bo, { books: [asLeft()] });
    expect(replies(left.text('HJÄLP'), bo)).toEqual(['help']);
    expect(left.text('?', { after: HOUR })).toMatchObject({ rule: 'B-19', outgoing: [] });
    expect(replies(left.text('HJÄLP', { after: DAY }), bo)).toEqual(['help']);
    const stranger = new Story(eve);
    stranger.text('HJÄLP');
    expect(replies(stranger.text('?', { after: HOUR }), eve)).toEqual(['help']);
  });

  test('long names of ours are cut, so that it stays one GSM-7 part', () => {
    const organisation = {
      name: 'Föreningen för Sällskapslivets Främjande – Öster',
      contact: 'mycket.lang.adress@en-forening-i-skane.example',
    };
    for (const locale of LOCALES) {
      const decision = say(eve, '?', {
        organisation,
        books: [view(p12, { book: { locale, smsName: 'W'.repeat(20) } })],
      });
      const reply = decision.outgoing[0]?.reply;
      expect(reply && countParts(replyText(locale, reply as ReplyText))).toMatchObject({ encoding: 'GSM-7', parts: 1 });
    }
  });
});

describe('B-23, B-24: reactions and machines', () => {
  test.each([
    'Gillade ”*P12* Träningen i kväll är inställd, vi ses på lördag\nSvara STOPP för att lämna.”',
    'Liked “Träningen i kväll är inställd…”',
    'Reacted 🔥 to “Träningen i kväll är inställd, vi ses på lördag”',
  ])('%j is a reaction to that broadcast', (text) => {
    for (const book of [asMember(), asWriter(), view(p12, { book: { optIn: 'any_text' } })]) {
      const decision = say(anna, text, { books: [book], recentTexts });
      expect(decision).toMatchObject({ rule: 'B-23', kind: 'reaction', broadcastId: 'b-0', changes: [], outgoing: [] });
    }
  });

  test('a reaction to an automatic text of ours is no leaving and no text to anybody', () => {
    const decision = say(anna, 'Gillade ”Du är nu med i Föräldrar P12. Svara STOPP för att lämna.”', {
      books: [asMember()],
    });
    expect(decision).toMatchObject({ rule: 'B-23', kind: 'reaction', broadcastId: null, changes: [], outgoing: [] });
  });

  test('a reaction to something else is read by people, and never a broadcast at once', () => {
    expect(say(anna, 'Gillade ”något helt annat”', { books: [asMember()], recentTexts }).rule).toBe('B-27');
    expect(say(cat, 'Gillade ”något helt annat”', { books: [asWriter()], recentTexts }).rule).toBe('B-21');
  });

  test.each([
    'Autosvar: jag kör bil och återkommer',
    'I am driving right now and will get back to you',
    'Tack för ditt sms',
  ])('B-24: %j', (text) => {
    for (const book of [asMember(), asWriter(), view(p12, { book: { optIn: 'any_text' } })]) {
      expect(say(anna, text, { books: [book] })).toMatchObject({
        rule: 'B-24',
        kind: 'auto_reply',
        changes: [],
        outgoing: [],
      });
    }
  });
});

describe('B-25: our own text is cut away', () => {
  test.each([
    ['STOPP\n\n> *P12* Träningen i kväll är inställd, vi ses på lördag\n> Svara STOPP för att lämna.', 'B-11'],
    ['START\nDu har lämnat Föräldrar P12 och får inga fler sms. Svara START för att komma tillbaka.', 'B-4'],
    ['Tack för beskedet!\n\n*P12* Träningen i kväll är inställd, vi ses på lördag', 'B-27'],
  ])('%j: %s', (text, rule) => {
    expect(wantsQuotes(text)).toBe(true);
    expect(say(anna, text, { books: [asMember()], recentTexts })).toMatchObject({ rule, also: ['B-25'] });
  });

  test('a writer’s broadcast goes out without the quote; the ledger keeps the whole text', () => {
    const text = 'Ny tid, klockan sju i stället\n\n> *P12* Träningen i kväll är inställd, vi ses på lördag';
    const decision = say(cat, text, { books: [asWriter()], recentTexts });
    expect(changesOf(decision, 'create_broadcast')[0]?.text).toBe('Ny tid, klockan sju i stället');
    const left = say(anna, 'STOPP\n> *P12* Träningen i kväll är inställd', { books: [asMember()], recentTexts });
    expect(changesOf(left, 'consent')[0]?.text).toContain('inställd');
  });

  test.each(['START', 'STOPP', ' start\n', 'ja', 'SÄND 4821'])('%j needs no look at our texts', (text) => {
    expect(wantsQuotes(text)).toBe(false);
  });
});

describe('B-27: everyone else reaches the functionaries', () => {
  test('marked, with number and name, to each but the sender; the sender hears it once a day', () => {
    const story = new Story(anna, { books: [asMember({ functionaries: [dan, anna, 'styrelse@lundsik.example'] })] });
    const first = story.text('Vi kommer lite sent');
    expect(first.outgoing).toMatchObject([
      {
        kind: 'notice',
        to: dan,
        reply: { key: 'forwarded', params: { sender: `Anna ${anna}`, text: 'Vi kommer lite sent' } },
      },
      { kind: 'notice', to: 'styrelse@lundsik.example' },
      { kind: 'answer', to: anna, reply: { key: 'reachedFunctionaries' } },
    ]);
    const second = story.text('Eller inte alls');
    expect(replies(second, anna)).toEqual([]);
    expect(replies(second, dan)).toEqual(['forwarded']);
    expect(replies(story.text('God morgon', { after: DAY }), anna)).toEqual(['reachedFunctionaries']);
  });

  test('nobody reads it: said kindly', () => {
    const decision = say(eve, 'Hej där', { books: [view(p12, { functionaries: [] })] });
    expect(decision).toMatchObject({ rule: 'B-27', kind: 'told' });
    expect(replies(decision, eve)).toEqual(['reachedNobody']);
  });

  test.each([...LOCALES])('%s: cut to 3 parts with "..." and where to read the rest', (locale) => {
    const params = { book: 'W'.repeat(20), sender: `${'W'.repeat(19)} ${anna}` };
    for (const text of ['ord '.repeat(2000), 'å😀 '.repeat(2000), 'x'.repeat(20_000), '€[]'.repeat(500)]) {
      for (const key of ['forwarded', 'joinedSaying'] as const) {
        const cut = cutForwarded(locale, key, { ...params, text });
        const whole = replyText(locale, { key, params: { ...params, text: cut } });
        expect(countParts(whole).parts).toBeLessThanOrEqual(3);
        expect(whole.endsWith(`... ${replyText(locale, { key: 'readMore', params: {} })}`)).toBe(true);
      }
    }
    expect(cutForwarded(locale, 'forwarded', { ...params, text: 'kort' })).toBe('kort');
  });

  test('B-47: several books: only the functionaries of the one that last sent', () => {
    const books = (at: number | null) => [
      view(p12, { functionaries: [dan] }),
      view(p14, { functionaries: [dora], lastCopyAt: at }),
    ];
    const lately = say(eve, 'Hej där', { books: books(NOON - DAY) });
    expect(lately).toMatchObject({ rule: 'B-27', also: ['B-47'], bookId: 'p14' });
    expect(replies(lately, dora)).toEqual(['forwarded']);
    expect(replies(lately, dan)).toEqual([]);
    expect(say(eve, 'Hej där', { books: books(NOON - 31 * DAY) }).bookId).toBe('p12');
    expect(say(eve, 'START tack', { books: books(null) })).toMatchObject({ rule: 'B-2', bookId: 'p12' });
  });
});

describe('B-30: the reply budget', () => {
  test('the same text three times in an hour: muted for 24 h, still forwarded, alarm once', () => {
    const story = new Story(eve);
    expect(replies(story.text('Hallå där?'), eve)).toEqual(['reachedFunctionaries']);
    story.text('Hallå där?');
    const third = story.text('Hallå där?');
    expect(third).toMatchObject({ rule: 'B-27', also: ['B-30'] });
    expect(changesOf(third, 'log')).toEqual([
      { do: 'log', bookId: 'p12', event: 'muted', details: { rule: 'B-30', because: 'repeats', hours: 24 } },
    ]);
    const help = story.text('HJÄLP');
    expect(help).toMatchObject({ rule: 'B-19', also: ['B-30'], outgoing: [] });
    expect(replies(story.text('Hallå där?'), dan)).toEqual(['forwarded']);
    expect(replies(story.text('HJÄLP', { after: DAY }), eve)).toEqual(['help']);
  });

  test('three times in more than an hour is not too much', () => {
    const story = new Story(eve);
    for (const after of [0, 31 * MINUTE, 31 * MINUTE]) expect(story.text('Hallå där?', { after }).also).toEqual([]);
  });

  test('the sixth automatic reply in an hour stays away, and mutes', () => {
    const story = new Story(eve);
    const texts = ['?', 'HJÄLP', 'hjälp!', 'Hilfe', 'ayuda'];
    for (const text of texts) expect(replies(story.text(text), eve)).toEqual(['help']);
    const sixth = story.text('hjalp');
    expect(sixth).toMatchObject({ rule: 'B-19', also: ['B-30'], outgoing: [] });
    expect(changesOf(sixth, 'log')).toMatchObject([{ details: { because: 'replies' } }]);
  });

  test('confirmations count and stop after the fifth; the change still happens; they go again when the hour is over', () => {
    const story = new Story(eve);
    for (const text of ['START', 'STOPP', 'start', 'stopp', 'START!']) {
      expect(story.text(text).outgoing.some(({ to }) => to === eve)).toBe(true);
    }
    const sixth = story.text('STOPP!');
    expect(sixth).toMatchObject({ rule: 'B-11', also: ['B-30'] });
    expect(replies(sixth, eve)).toEqual([]);
    expect(story.status).toBe('unsubscribed');
    // Muted for hints, but a confirmation is none; and leaving was never confirmed, so B-16 does not hold.
    expect(replies(story.text('STOPP', { after: HOUR }), eve)).toEqual(['left']);
  });
});

describe('B-31 to B-35: nobody, nothing, or half of it', () => {
  test.each([NUMBER, '+46766861002', 'Bibliotek', '71456', '', ' ', 'anonymous'])(
    'B-31: from %j stored only',
    (from) => {
      for (const text of ['START', 'STOPP', 'Match på lördag']) {
        expect(say(from, text, { books: [asWriter()] })).toEqual({
          rule: 'B-31',
          also: [],
          kind: 'stored',
          bookId: null,
          broadcastId: null,
          changes: [],
          outgoing: [],
          conversation: null,
        });
      }
    },
  );

  test('B-32: a picture without text', () => {
    const stranger = say(eve, '', {}, { mediaCount: 1 });
    expect(stranger).toMatchObject({ rule: 'B-32', kind: 'forwarded', changes: [] });
    expect(replies(stranger, dan)).toEqual(['forwardedPicture']);
    expect(replies(stranger, eve)).toEqual([]);
    const writer = say(cat, ' \u200b ', { books: [asWriter()] }, { mediaCount: 2 });
    expect(writer).toMatchObject({ rule: 'B-32', kind: 'told', changes: [] });
    expect(replies(writer, cat)).toEqual(['onlyText']);
    const withText = say(cat, 'Match på lördag', { books: [asWriter()] }, { mediaCount: 1 });
    expect(withText.rule).toBe('B-20');
  });

  test.each(['', '   ', '\u200b', '\u0000'])('an empty text %j is stored', (text) => {
    expect(say(eve, text)).toMatchObject({ rule: null, kind: 'stored', changes: [], outgoing: [] });
  });

  test('B-34: base64 over 60 characters is decoded; "STOP" and the like are not', () => {
    const long = Buffer.from('Match på lördag klockan tio, samling halv tio vid hallen').toString('base64');
    const decision = say(cat, long, { books: [asWriter()] });
    expect(decision).toMatchObject({ rule: 'B-20', also: ['B-34'] });
    expect(changesOf(decision, 'create_broadcast')[0]?.text).toContain('lördag');
    expect(say(anna, 'STOP', { books: [asMember()] }).rule).toBe('B-11');
  });

  test('B-35: a missing part is never a broadcast; the writer is asked to resend', () => {
    const writer = say(cat, 'Match på lördag och', { books: [asWriter()] }, { missingPart: true });
    expect(writer).toMatchObject({ rule: 'B-35', kind: 'told', changes: [] });
    expect(replies(writer, cat)).toEqual(['resend']);
    const other = say(eve, 'START', {}, { missingPart: true });
    expect(other).toMatchObject({ rule: 'B-35', kind: 'forwarded', changes: [] });
    const leaving = say(anna, 'STOPP', { books: [asMember()] }, { missingPart: true });
    expect(leaving).toMatchObject({ rule: 'B-11', also: ['B-35'] });
    const mode: BookSetting = { book: { senders: 'members' }, members: [member(anna)] };
    expect(say(anna, 'Hej alla', { books: [view(p12, mode)] }, { missingPart: true }).rule).toBe('B-35');
  });
});

describe('order and state', () => {
  const stories: [string, WorldSetting, string, string][] = [
    ['help before writing', { books: [asWriter()] }, 'HJÄLP', 'B-19'],
    ['a machine before writing', { books: [asWriter()] }, 'Autosvar: jag kör bil', 'B-24'],
    ['a leave word before help', { books: [asMember()] }, 'STOPP', 'B-11'],
    ['half a text before a leave phrase', { books: [asWriter()] }, 'ta bort mig', 'B-21'],
  ];
  test.each(stories)('%s', (_, world, text, rule) => {
    expect(say(anna, text, world).rule).toBe(rule);
  });

  test('the state is bounded whatever is said, and the snapshot is not touched', () => {
    const story = new Story(eve, { books: [view(p12), view(p14)] });
    for (let at = 0; at < 60; at += 1) {
      const before = JSON.stringify(story.world.conversation);
      const { conversation } = story.world;
      story.text(`text nummer ${at % 7 === 0 ? 'samma' : at} STOPP KAFFE START`, { after: 10_000 });
      expect(JSON.stringify(conversation)).toBe(before);
    }
    const { state } = story.world.conversation;
    expect(state.recent.length).toBeLessThanOrEqual(12);
    expect(state.replies.length).toBeLessThanOrEqual(12);
    expect(state.pending.length).toBeLessThanOrEqual(6);
    expect(JSON.stringify(state).length).toBeLessThan(4000);
  });

  test('F25: a clock that jumped back does not mute or hold back for ever', () => {
    const story = new Story(eve, {}, NOON + 400 * DAY);
    for (let at = 0; at < 3; at += 1) story.text('Hallå där?');
    story.now = NOON;
    expect(replies(story.text('Hallå igen'), eve)).toEqual(['reachedFunctionaries']);
    expect(replies(story.text('?'), eve)).toEqual(['help']);
  });

  test('a banned person’s text is still read', () => {
    expect(say(anna, 'Hej där', { books: [view(p12, { members: [member(anna, 'banned')] })] }).kind).toBe('forwarded');
  });

  test('stops beside an active row are lifted by their own START', () => {
    const decision = say(anna, 'START', { books: [asMember({ stop: stop('book', anna) })] });
    expect(changesOf(decision, 'lift_stop')).toHaveLength(1);
    expect(statuses(decision)).toEqual([]);
  });
});
