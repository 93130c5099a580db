import { describe, expect, test } from '@jest/globals';
import { render } from '../../src/app/render.ts';
import { decideMail } from '../../src/core/decideMail.ts';
import type { MailContent } from '../../src/core/mail.ts';
import { cleanMailText } from '../../src/core/mailText/clean.ts';
import { spentMs } from '../kit/spent.ts';
import { changesOf, dan, member, NOON, p12, view } from '../kit/world.ts';
import { anna, board, coach, eve, LIST, mailGiven, worldOf } from './mailWorld.ts';

/** A small generator with a seed, so that a failure comes back. */
function rolls(seed: number) {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    pick: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)] as T,
    chance: (of: number) => next() < of,
  };
}

const BITS = [
  ...['STOPP', 'START', 'hjälp', 'SÄND 4821', 'JA', 'Nej', 'STOPP ALLT', 'ta bort mig', 'Re: ', '[Föräldrar P12]'],
  ...[
    '\r\nBcc: all@example.org',
    '\u0000',
    '\u202e',
    '🎉',
    '<script>',
    '=1+1',
    '\n> citat',
    '\n-- \nAnna',
    ' ',
    '\n',
    '',
  ],
  ...[
    'Matchen flyttas till 18 i morgon.',
    'x'.repeat(3000),
    'Gillade ”Matchen flyttas”',
    'Jag är på semester, återkommer',
  ],
];
const HEADERS = ['auto-submitted', 'precedence', 'list-id', 'x-loop', 'in-reply-to', 'x-odd'];

describe('whatever a mail says', () => {
  test('a decision with a reason; to everybody only by who may, proven, and asked for', () => {
    for (let seed = 1; seed <= 1500; seed++) {
      const { pick, chance } = rolls(seed);
      const said = () => [pick(BITS), chance(0.4) ? pick(BITS) : ''].join(chance(0.5) ? ' ' : '');
      const from = pick([coach, anna, eve, board, LIST, '']);
      const isWriter = from === coach;
      const members =
        from === anna
          ? [member(null, pick(['active', 'pending', 'unsubscribed', 'banned'] as const), { mail: anna })]
          : [];
      const of = view(p12, {
        members,
        senderIsWriter: isWriter,
        functionaries: pick([[], [dan], [dan, board]]),
        activeCount: pick([0, 1, 25, 5000]),
        book: {
          senders: pick(['writers', 'members'] as const),
          approval: pick(['automatic', 'manual'] as const),
          leaving: pick(['free', 'exempt'] as const),
          longMail: pick(['refuse', 'shorten'] as const),
          subjectFirst: chance(0.5),
        },
      });
      const proven = from !== '' && chance(0.6);
      const text = said();
      const content: MailContent = {
        messageId: pick(['<1@x.se>', '', '<\r\nX: y>']),
        subject: said(),
        fromHeaders: 1,
        from: from === '' ? [] : [from],
        fromOdd: from === '',
        fromName: '',
        to: pick([[LIST], [], ['x@example.org']]),
        headers: chance(0.3) ? [{ name: pick(HEADERS), value: pick(BITS) }] : [],
        text,
        attachments: chance(0.2) ? [{ name: 'a', type: 'image/png', size: 1, kept: true }] : [],
        report: null,
        damaged: [],
      };
      const mail = {
        content,
        text: cleanMailText(text).text,
        proof: {
          from,
          proven,
          by: proven ? ('dkim' as const) : ('' as const),
          reasons: [],
          spf: '',
          dkim: '',
          dmarc: '',
          arc: '',
        },
        suffix: pick(['', '', '', 'join', 'leave', 'help'] as const),
        envelopeFrom: pick([from, from, '']),
        domain: 'lists.example.se',
        answers: pick(['none', 'none', 'ours', 'own'] as const),
        request: null,
      };
      const decision = decideMail(worldOf(from, of), mail, mailGiven(NOON));
      const told = `seed ${seed}: ${JSON.stringify([from, content.subject, text, decision.rule, decision.kind])}`;
      if (decision.rule === null) throw new Error(`no reason, ${told}`);
      const sent = changesOf(decision, 'create_broadcast');
      const mayWrite = isWriter || (of.book.senders === 'members' && members.some(({ status }) => status === 'active'));
      if (sent.length > 1 || (sent.length > 0 && !mayWrite)) throw new Error(`a broadcast, ${told}`);
      const out = sent.some(({ status }) => status === 'sending');
      if (out && (!proven || !content.to.includes(LIST) || mail.answers !== 'none'))
        throw new Error(`unproven, ${told}`);
      if (decision.rule === 'M-4' && decision.outgoing.length > 0) throw new Error(`an answer to a machine, ${told}`);
      const answers = decision.outgoing.filter(({ to }) => to === from || to === '');
      if (answers.length > 1 || (from === '' && answers.length > 0))
        throw new Error(`${answers.length} answers, ${told}`);
      for (const change of changesOf(decision, 'set_member'))
        if (!proven && mail.answers !== 'own') throw new Error(`${change.status} by nobody proven, ${told}`);
      for (const each of decision.outgoing) {
        const { letter } = render(each);
        for (const line of Object.values(letter ?? {})) expect(line).not.toMatch(/[\r\n\0]/);
      }
    }
  });

  test('a very long mail is read in no time (F31)', () => {
    const long = 'Hej! Det här är en rad i ett mycket långt mejl. > citat\n'.repeat(20_000);
    const began = spentMs();
    const content = {
      messageId: '<1@x.se>',
      subject: 'x'.repeat(100_000),
      fromHeaders: 1,
      from: [coach],
      fromOdd: false,
    };
    const more = { fromName: '', to: [LIST], headers: [], text: long, attachments: [], report: null, damaged: [] };
    const mail = {
      content: { ...content, ...more },
      text: cleanMailText(long).text,
      proof: { from: coach, proven: true, by: 'dkim' as const, reasons: [], spf: '', dkim: '', dmarc: '', arc: '' },
      ...{
        suffix: '' as const,
        envelopeFrom: coach,
        domain: 'lists.example.se',
        answers: 'none' as const,
        request: null,
      },
    };
    const decision = decideMail(worldOf(coach, view(p12, { senderIsWriter: true })), mail, mailGiven());
    expect(decision.rule).toBe('M-1');
    expect(spentMs() - began).toBeLessThan(6_000);
  });
});
