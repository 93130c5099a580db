import { describe, expect, test } from '@jest/globals';
import { render } from '../../src/app/render.ts';
import { ownTexts } from '../../src/core/ownTexts.ts';
import { inOwnWords, type OwnReply, replyProblem, wordings } from '../../src/core/ownWording.ts';
import type { ReplyText } from '../../src/core/replyText.ts';
import { bookRow, ORGANISATION } from '../kit/rows.ts';

const book = bookRow({ replies: { joined: 'Hej, du är med i P12! STOPP lämnar.', pending: 'P12 svarar i morgon.' } });
const joined: ReplyText = { key: 'joined', params: { book: 'P12' } };

describe('a book says it in its own words (T-6)', () => {
  test.each<[ReplyText['key'], string | undefined]>([
    ['joined', 'Hej, du är med i P12! STOPP lämnar.'],
    ['joinRequested', 'P12 svarar i morgon.'],
    ['stillPending', 'P12 svarar i morgon.'],
    ['left', undefined],
    ['hintJoin', undefined],
    ['help', undefined],
  ])('%s', (key, words) => {
    const reply = { key, params: { book: 'P12', organisation: 'O', contact: 'C' } } as ReplyText;
    expect(inOwnWords(book, reply).words).toBe(words);
  });

  test('its own words are what goes out, and the usual ones where it has none', () => {
    const out = { kind: 'joined', to: '+46701000003', bookId: 'book1', locale: 'sv', reply: joined } as const;
    expect(render({ ...out, ...inOwnWords(book, joined) })).toEqual({
      text: 'Hej, du är med i P12! STOPP lämnar.',
      parts: 1,
      letter: null,
    });
    expect(render(out).text).toBe('Du är nu med i P12. Svara STOPP för att lämna.');
  });

  test('both wordings are known when somebody quotes them (B-25)', () => {
    const own = ownTexts({ organisation: ORGANISATION, books: [{ book, members: [] }] as never });
    for (const text of wordings(book, joined)) expect(own).toContain(text);
  });
});

describe('what such a text must hold', () => {
  test.each<[OwnReply, 'sv' | 'en' | 'es' | 'de', string, string | null]>([
    ['joined', 'sv', 'Välkommen till P12. Svara STOPP för att lämna.', null],
    ['joined', 'sv', 'Välkommen till p12. Svara stopp.', null],
    ['joined', 'sv', 'Välkommen till P12.', 'no_leave_word'],
    ['joined', 'sv', 'Välkommen till P12, non-stoppande roligt.', 'no_leave_word'],
    ['joined', 'en', 'Welcome to P12. Reply STOP to leave.', null],
    ['joined', 'es', 'Hola desde P12. Responde BAJA para salir.', null],
    ['joined', 'de', 'Hallo von P12. Abmelden mit STOP.', null],
    ['joined', 'de', 'Hallo von P12. Svara STOPP.', 'no_leave_word'],
    ['joined', 'sv', 'Välkommen. Svara STOPP för att lämna.', 'no_name'],
    ['help', 'sv', 'P12 sköts av Eva.', 'no_leave_word'],
    ['left', 'sv', 'Du får inget mer från P12.', null],
    ['left', 'sv', 'Du får inget mer.', 'no_name'],
    ['pending', 'sv', '   ', 'empty'],
    ['left', 'sv', `P12 ${'x'.repeat(3 * 153 - 4)}`, null],
    ['left', 'sv', `P12 ${'x'.repeat(3 * 153 - 3)}`, 'too_long'],
    ['left', 'sv', `P12 ✓${'x'.repeat(3 * 67 - 4)}`, 'too_long'],
  ])('%s in %s: %s', (which, locale, text, problem) => {
    expect(replyProblem({ smsName: 'P12', locale }, which, text)).toBe(problem);
  });
});
