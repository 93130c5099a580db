import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../src/core/decision.ts';
import { decideAddMail, decideJoinByForm, isKnown, phoneWorld } from '../../src/core/joinByForm.ts';
import type { MailSnapshot } from '../../src/core/mailTurn.ts';
import type { MemberStatus } from '../../src/core/member.ts';
import { type BookSetting, eve, givenAt, member, NOON, p12, snapshotOf, stop, view } from '../kit/world.ts';
import { worldOf } from './mailWorld.ts';

/** Whoever has proven an address on the join page joins as by START (B-1, B-4 to B-7, B-10). */
const WORDS = 'Ja, det vill jag.\nSvara STOPP för att sluta.';
const form = { name: 'Eva Ek', wording: WORDS };
const MAIL = 'eve@example.org';

function at(over: BookSetting = {}): MailSnapshot {
  const of = view(p12, over);
  const world = phoneWorld(snapshotOf(eve, { books: [of] }), 'p12');
  if (world === null) throw new Error('the world has the book');
  return world;
}
const decided = (over: BookSetting = {}, said = form) => decideJoinByForm(at(over), eve, said, givenAt(NOON));
const doing = (changes: readonly Change[]) =>
  changes.map((change) =>
    change.do === 'create_member' || change.do === 'set_member' ? `${change.do} ${change.status}` : change.do,
  );
const rows = (status: MemberStatus) => ({ members: [member(eve, status)] });

describe('a proven number', () => {
  test.each([
    ['a stranger', {}, 'joined', ['create_member active', 'consent']],
    [
      'a stranger, with approval',
      { book: { approval: 'manual' as const } },
      'requested',
      ['create_member pending', 'consent'],
    ],
    ['a member (B-4)', rows('active'), 'joined', []],
    ['who waits (B-5)', rows('pending'), 'requested', []],
    ['banned (B-7)', rows('banned'), 'refused', []],
    ['refused (B-7)', rows('refused'), 'refused', []],
    ['paused', rows('paused'), 'joined', ['set_member active', 'consent']],
    [
      'who left (B-6)',
      { ...rows('unsubscribed'), stop: stop('book', eve) },
      'joined',
      ['set_member active', 'lift_stop', 'consent'],
    ],
    [
      'who left and was erased',
      { stop: stop('book', eve) },
      'joined',
      ['create_member active', 'lift_stop', 'consent'],
    ],
    [
      'who left, with approval',
      { ...rows('unsubscribed'), book: { approval: 'manual' as const } },
      'requested',
      ['set_member pending', 'consent'],
    ],
  ])('%s: %j', (_, over, outcome, changes) => {
    const result = decided(over);
    expect(result.outcome).toBe(outcome);
    expect(doing(result.decision.changes)).toEqual(changes);
  });

  test('the name stands on the new row, the words in the ledger as they were shown', () => {
    const { changes } = decided().decision;
    expect(changes).toContainEqual(
      expect.objectContaining({ do: 'create_member', name: 'Eva Ek', phone: eve, mail: null }),
    );
    expect(changes).toContainEqual(
      expect.objectContaining({ do: 'consent', event: 'joined', name: 'Eva Ek', text: WORDS }),
    );
  });

  test('a name that a row has already stays', () => {
    const { changes } = decided({ members: [member(eve, 'unsubscribed', { name: 'Eva' })] }).decision;
    expect(changes).toContainEqual(expect.objectContaining({ do: 'consent', name: 'Eva' }));
  });

  test.each(['STOPP', 'SlVfUg=='.repeat(12), 'Liked “START”'])(
    'words such as %j are evidence, never read',
    (wording) => {
      const { outcome, decision } = decided({}, { name: '', wording });
      expect([outcome, decision.also]).toEqual(['joined', []]);
      expect(decision.changes).toContainEqual(expect.objectContaining({ do: 'consent', text: wording }));
    },
  );

  test.each([
    [{}, false],
    [rows('unsubscribed'), true],
    [rows('banned'), true],
    [{ stop: stop('book', eve) }, true],
  ] as const)('known in the book: %j %s', (over, known) => {
    expect(isKnown(at(over as BookSetting))).toBe(known);
  });

  test('a book that is not on the number is no world', () => {
    expect(phoneWorld(snapshotOf(eve, { books: [view(p12)] }), 'p99')).toBeNull();
  });
});

describe('the mail address beside it', () => {
  const add = (status: MemberStatus, over: BookSetting = {}) =>
    decideAddMail(worldOf(MAIL, view(p12, over)), MAIL, member(eve, status), form, givenAt(NOON));

  test('joins the row of the phone, and is told so', () => {
    const { outcome, decision } = add('active');
    expect([outcome, doing(decision.changes)]).toEqual(['joined', ['add_mail', 'consent']]);
    expect(decision.outgoing).toMatchObject([{ kind: 'joined', to: MAIL, reply: { key: 'joined' } }]);
  });

  test('waits with the phone', () => {
    const { outcome, decision } = add('pending');
    expect(outcome).toBe('requested');
    expect(decision.changes).toContainEqual(
      expect.objectContaining({ do: 'consent', event: 'requested', address: MAIL }),
    );
  });

  test('had it left by itself, its own link brings it back', () => {
    expect(doing(add('active', { stop: stop('book', MAIL) }).decision.changes)).toEqual([
      'add_mail',
      'lift_stop',
      'consent',
    ]);
  });
});
