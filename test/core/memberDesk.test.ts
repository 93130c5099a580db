import { describe, expect, test } from '@jest/globals';
import type { ConsentEventName } from '../../src/core/consent.ts';
import { readFields, readLabels, sameFields } from '../../src/core/marks.ts';
import type { MemberStatus } from '../../src/core/member.ts';
import { decideMember, type MemberAct, mayRemove } from '../../src/core/memberDesk.ts';
import { bo, changesOf, events, member, NOON, statuses } from '../kit/world.ts';

const ALL: MemberStatus[] = [
  'active',
  'pending',
  'asked',
  'unsubscribed',
  'refused',
  'banned',
  'paused',
  'unreachable',
];
const CLEAR = { stops: [], history: [] };
const happened = (...names: ConsentEventName[]) => names.map((event) => ({ event, rule: 'desk' }));
type Act = Exclude<MemberAct, 'remove'>;

/** What becomes of each status; a word with no status is the refusal. */
const TABLE: Record<Act, Record<MemberStatus, string>> = {
  pause: {
    ...{ active: 'paused', paused: 'paused', pending: 'not_so', asked: 'asked', unsubscribed: 'left' },
    ...{ refused: 'not_so', banned: 'banned', unreachable: 'not_so' },
  } as Record<MemberStatus, string>,
  resume: {
    ...{ active: 'not_so', paused: 'active', pending: 'not_so', asked: 'asked', unsubscribed: 'left' },
    ...{ refused: 'not_so', banned: 'banned', unreachable: 'not_so' },
  } as Record<MemberStatus, string>,
  ban: {
    ...{ active: 'banned', paused: 'banned', pending: 'banned', asked: 'banned', unsubscribed: 'banned' },
    ...{ refused: 'banned', banned: 'not_so', unreachable: 'banned' },
  } as Record<MemberStatus, string>,
  unban: {
    ...{ active: 'not_so', paused: 'not_so', pending: 'not_so', asked: 'not_so', unsubscribed: 'not_so' },
    ...{ refused: 'not_so', banned: 'refused', unreachable: 'not_so' },
  } as Record<MemberStatus, string>,
};

describe('T-12: what the owner may do with a member', () => {
  test.each((Object.keys(TABLE) as Act[]).flatMap((act) => ALL.map((status) => [act, status] as const)))(
    '%s somebody who is %s',
    (act, status) => {
      const decision = decideMember(act, member(bo, status), CLEAR);
      expect(decision.ok ? decision.status : decision.why).toBe(TABLE[act][status]);
    },
  );

  test('a pause until a date, written in the ledger', () => {
    const decision = decideMember('pause', member(bo, 'active'), CLEAR, NOON + 1);
    if (!decision.ok) throw new Error(decision.why);
    const given = { changes: decision.changes };
    expect(statuses(given)).toEqual(['paused']);
    expect(changesOf(given, 'set_member')[0]).toMatchObject({ pausedUntil: NOON + 1 });
    expect(events(given)).toEqual(['paused']);
  });

  test('S3-14: nobody who left comes back by any of it', () => {
    const left = { stops: [{ since: NOON - 5 }, { since: NOON - 9 }], history: happened('joined', 'left') };
    for (const status of ALL)
      for (const act of ['pause', 'resume', 'ban', 'unban'] as const) {
        const decision = decideMember(act, member(bo, status), left);
        if (decision.ok && status !== 'active') expect(decision.status).not.toBe('active');
      }
    const unban = decideMember('unban', member(bo, 'banned'), left);
    expect(unban).toMatchObject({ ok: true, status: 'unsubscribed' });
    if (unban.ok) expect(changesOf({ changes: unban.changes }, 'set_member')[0]).toMatchObject({ leftAt: NOON - 5 });
    expect(decideMember('resume', member(bo, 'paused'), left)).toEqual({ ok: false, why: 'left' });
  });

  test('a pause that they asked for themselves is theirs to end, until staff paused them anew', () => {
    const asked = (rule: string) => ({ event: 'paused' as const, rule });
    const own = { stops: [], history: [...happened('joined'), asked('B-49')] };
    // By text, by mail, on their own page; a writer's own row is named first (B-17).
    for (const rule of ['B-49', 'B-17']) {
      const past = { stops: [], history: [...happened('joined'), asked(rule)] };
      expect(decideMember('resume', member(bo, 'paused'), past)).toEqual({ ok: false, why: 'own_pause' });
      expect(decideMember('pause', member(bo, 'paused'), past)).toEqual({ ok: false, why: 'own_pause' });
    }
    const anew = { stops: [], history: [...own.history, ...happened('resumed', 'paused')] };
    expect(decideMember('resume', member(bo, 'paused'), anew)).toMatchObject({ ok: true, status: 'active' });
  });

  test.each<[ConsentEventName[], MemberStatus]>([
    [['joined', 'banned'], 'active'],
    [['requested', 'approved', 'banned'], 'active'],
    [['added', 'paused', 'banned'], 'paused'],
    [['requested', 'banned'], 'pending'],
    [['joined', 'asked', 'banned'], 'asked'],
    [['requested', 'refused', 'banned', 'add_refused'], 'refused'],
    [['joined', 'left', 'banned'], 'unsubscribed'],
    [['joined', 'provider_blocked', 'banned'], 'active'],
    [[], 'refused'],
  ])('a ban that is lifted after %j gives back %s', (names, status) => {
    const decision = decideMember('unban', member(bo, 'banned'), { stops: [], history: happened(...names) });
    expect(decision).toMatchObject({ ok: true, status });
  });

  test.each<[MemberStatus, boolean]>([
    ['active', true],
    ['paused', true],
    ['pending', true],
    ['refused', true],
    ['unreachable', true],
    ['asked', false],
    ['banned', false],
    ['unsubscribed', false],
  ])('removing who is %s: %s', (status, may) => {
    expect(mayRemove({ status }).ok).toBe(may);
  });
});

describe('labels and fields', () => {
  test.each([
    ['Lag 1, Ledare', ['Lag 1', 'Ledare'], null],
    [' Lag  1 ;lag 1|LEDARE\nledare ', ['Lag 1', 'LEDARE'], null],
    ['', [], null],
    [',;|', [], null],
    ['x'.repeat(41), ['x'.repeat(41)], 'label_long'],
    [
      Array.from({ length: 21 }, (_, i) => `l${i}`).join(','),
      Array.from({ length: 21 }, (_, i) => `l${i}`),
      'many_labels',
    ],
  ])('%j', (text, labels, problem) => {
    expect(readLabels(text)).toEqual({ labels, problem });
  });

  test('fields', () => {
    expect(
      readFields([
        [' barn ', ' Elsa\u0000 '],
        ['tom', ' '],
        ['', 'x'],
        ['barn', 'Ida'],
      ]),
    ).toEqual({
      fields: { barn: 'Ida' },
      problem: null,
    });
    expect(readFields([['__proto__', 'x']]).fields).toEqual(Object.fromEntries([['__proto__', 'x']]));
    expect(readFields([['x'.repeat(41), 'y']]).problem).toBe('field_name_long');
    expect(readFields([['x', 'y'.repeat(201)]]).problem).toBe('field_long');
    expect(readFields(Array.from({ length: 21 }, (_, i) => [`f${i}`, 'x'] as const)).problem).toBe('many_fields');
    expect(sameFields({ a: '1', b: '2' }, { b: '2', a: '1' })).toBe(true);
    expect(sameFields({ a: '1' }, { a: '1', b: '2' })).toBe(false);
    expect(sameFields({ a: '1' }, { b: '1' })).toBe(false);
  });
});
