import { describe, expect, test } from '@jest/globals';
import { decide } from '../../src/core/decide.ts';
import type { Decision } from '../../src/core/decision.ts';
import type { ReplyText } from '../../src/core/replyText.ts';
import { countParts } from '../../src/core/segments.ts';
import { replyText } from '../../src/i18n/index.ts';
import { spentMs } from '../kit/spent.ts';
import {
  anna,
  asLeft,
  asMember,
  asWriter,
  bo,
  cat,
  changesOf,
  eve,
  givenAt,
  inboundOf,
  MINUTE,
  member,
  NOON,
  p12,
  p14,
  Story,
  snapshotOf,
  stop,
  view,
  type WorldSetting,
} from '../kit/world.ts';

/** mulberry32: the same texts on every machine and every run. */
function dice(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS = [
  ...[
    'START',
    'STOPP',
    'stop',
    'STOPP ALLT',
    'P12',
    'P14',
    'SÄND',
    '4821',
    'JA',
    'NEJ',
    'HJÄLP',
    'PAUS',
    '14D',
    '?',
    'tack',
    'nu',
    'alla',
  ],
  ...[
    'Gillade ”',
    '”',
    '> ',
    '\n',
    '...',
    '🎉',
    '👍🏽',
    'åäö',
    'ß',
    'İ',
    'ＳＴＯＰＰ',
    'СТОП',
    '\u200b',
    '\u202e',
    '\u0000',
    '<b>',
    '=1+1',
  ],
  ...[
    'slut',
    'cancel',
    'baja',
    'vi',
    'måste',
    'stoppa',
    'ses',
    'kl 18',
    'UNSTOP',
    'SLUT',
    'info',
    'Autosvar',
    '1',
    '2',
    '\ud800',
    'a\u0301',
  ],
];

function someText(roll: () => number): string {
  const kind = roll();
  if (kind < 0.7) {
    const words = Array.from(
      { length: 1 + Math.floor(roll() * 5) },
      () => WORDS[Math.floor(roll() * WORDS.length)] ?? '',
    );
    return words.join(roll() < 0.8 ? ' ' : '');
  }
  const length = Math.floor(roll() * (kind < 0.99 ? 60 : 20_000));
  const wide = roll() < 0.5;
  let text = '';
  while (text.length < length) text += String.fromCodePoint(Math.floor(roll() * (wide ? 0x10ffff : 0x250)));
  return text;
}

const optOuts = [null, null, null, null, null, null, 'START', 'STOP', 'HELP'] as const;
const modes = ['default', 'advanced', 'off'] as const;

function somehow(roll: () => number) {
  return {
    optOut: optOuts[Math.floor(roll() * optOuts.length)] ?? null,
    mediaCount: roll() < 0.1 ? 1 : 0,
    missingPart: roll() < 0.05,
    providerAt: roll() < 0.3 ? NOON + Math.floor(roll() * 10) * MINUTE : null,
  };
}

const everyBook = { optIn: 'any_text' } as const;
const recentTexts = [
  { broadcastId: 'b', bookId: 'p12', header: '*P12*', text: 'Vi ses', footer: 'Svara STOPP för att lämna.' },
];

/** People who may not write, and what the number is to them. */
const nonWriters: [string, WorldSetting][] = [
  ['a stranger', {}],
  ['a stranger, any text joins', { books: [view(p12, { book: everyBook })] }],
  ['a member', { books: [asMember()] }],
  ['a member where others’ members write', { books: [asMember(), view(p14, { book: { senders: 'members' } })] }],
  [
    'a paused member where members write',
    { books: [view(p12, { book: { senders: 'members' }, members: [member(anna, 'paused')] })] },
  ],
  ['who has left', { books: [asLeft(), view(p14)] }],
  ['the banned', { books: [view(p12, { members: [member(anna, 'banned')] })] }],
];

const ROUNDS = 400;

const broadcasting = (decision: Decision): boolean =>
  decision.changes.some((each) => each.do === 'create_broadcast' || each.do === 'release_broadcast') ||
  decision.outgoing.some(({ reply }) => reply.key === 'noticeBroadcast');

describe('whatever is said', () => {
  test.each(nonWriters)('%s never makes a broadcast, and is answered at most thrice, briefly', (_, world) => {
    const roll = dice(20_260_301);
    for (let round = 0; round < ROUNDS; round += 1) {
      const number = { providerKeywords: modes[round % 3] ?? 'off' };
      const text = someText(roll);
      const decision = decide(
        snapshotOf(anna, { ...world, number, recentTexts }),
        inboundOf(anna, text, somehow(roll)),
        givenAt(),
      );
      if (broadcasting(decision)) throw new Error(`a broadcast from ${JSON.stringify(text.slice(0, 80))}`);
      const toSender = decision.outgoing.filter(({ to }) => to === anna);
      expect(toSender.length).toBeLessThanOrEqual(3);
      for (const { locale, reply } of decision.outgoing) {
        const { parts } = countParts(replyText(locale, reply as ReplyText));
        if (parts > (reply.key === 'forwarded' || reply.key === 'joinedSaying' ? 3 : 1))
          throw new Error(`${reply.key}: ${parts} parts`);
      }
      expect(decision.conversation).not.toBeNull();
    }
  });

  test('nothing but their own START, or a keyword, revives who has left', () => {
    const roll = dice(7);
    const left: WorldSetting = {
      books: [
        asLeft({ book: everyBook }),
        view(p14, { members: [member(bo, 'unsubscribed', { bookId: 'p14' })], stop: stop('book', bo, 'p14') }),
      ],
      stopOnNumber: stop('number', bo),
      stopAtProvider: stop('provider', bo),
      recentTexts,
    };
    for (let round = 0; round < 2 * ROUNDS; round += 1) {
      const text = someText(roll);
      const decision = decide(snapshotOf(bo, left), inboundOf(bo, text, somehow(roll)), givenAt());
      const revived = decision.changes.some(
        (each) =>
          (each.do === 'set_member' && each.status !== 'unsubscribed') ||
          (each.do === 'create_member' && each.status !== 'unsubscribed') ||
          (each.do === 'lift_stop' && each.scope !== 'provider'),
      );
      if (revived && !(['B-6'] as unknown[]).includes(decision.rule))
        throw new Error(`revived by ${JSON.stringify(text.slice(0, 80))}`);
      if (decision.rule === 'B-6') expect(text.normalize('NFKC').toLowerCase()).toMatch(/start|p1[24]/);
    }
  });

  test('a writer’s words: each broadcast is the writer’s, within the limit, and doubtful ones are held', () => {
    const roll = dice(11);
    const world = { books: [asWriter({ members: [member(cat)] })], recentTexts };
    for (let round = 0; round < ROUNDS; round += 1) {
      const text = someText(roll);
      const decision = decide(snapshotOf(cat, world), inboundOf(cat, text, somehow(roll)), givenAt());
      for (const made of changesOf(decision, 'create_broadcast')) {
        expect(made.writer).toBe(cat);
        expect(made.parts).toBeLessThanOrEqual(3);
        expect(made.text.trim()).toBe(made.text);
        if (/^\s*(start|stopp?|hjälp)\s*$/i.test(text)) throw new Error('a lone command word');
        if (!/\s/.test(made.text) && made.status !== 'held') throw new Error(JSON.stringify(text));
      }
    }
  });

  test('long lives: no throw, bounded state, at most one row on the phone, and STOPP always works', () => {
    const roll = dice(13);
    for (let life = 0; life < 40; life += 1) {
      const story = new Story(eve, { books: [view(p12, { book: life % 2 ? everyBook : {} }), view(p14)] });
      for (let round = 0; round < 25; round += 1) {
        story.text(someText(roll), { ...somehow(roll), optOut: null, after: Math.floor(roll() * 20 * MINUTE) });
        expect(story.world.books.every(({ members }) => members.length <= 1)).toBe(true);
      }
      expect(JSON.stringify(story.world.conversation.state).length).toBeLessThan(6000);
      story.text('STOPP ALLT', { after: 20 * MINUTE });
      for (const { members } of story.world.books) {
        expect(['unsubscribed', undefined]).toContain(members[0]?.status);
      }
    }
  });

  test('20,000 characters of one kind are decided without delay', () => {
    const started = spentMs();
    const kinds = ['(', '"', '🎉', 'STOPP ', 'a\u0301', '> ', '\n', 'ﷺ', '￼', '́', 'start', '…', '”', 'å', '{name}'];
    for (const kind of kinds) {
      const text = kind.repeat(Math.ceil(20_000 / kind.length));
      for (const world of [
        { books: [asMember()] },
        { books: [asWriter()] },
        { books: [asWriter(), view(p14, { senderIsWriter: true })] },
      ]) {
        decide(snapshotOf(anna, { ...world, recentTexts }), inboundOf(anna, text), givenAt());
      }
    }
    // 45 decisions; generous, since machines are shared: quadratic work would take minutes.
    expect(spentMs() - started).toBeLessThan(10_000);
  });
});
