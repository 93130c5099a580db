import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { applyFile } from '../../src/app/apply.ts';
import { bookLog } from '../../src/app/desk/bookLog.ts';
import { changeReply } from '../../src/app/desk/changeReply.ts';
import { proposeAddress } from '../../src/app/desk/createBook.ts';
import { settleBook } from '../../src/app/desk/settleBook.ts';
import { bookStatistics } from '../../src/app/desk/statistics.ts';
import { tryText } from '../../src/app/tryText.ts';
import { bookRow, broadcastRow, eventRow, inboundRow, logRow, NOON } from '../kit/rows.ts';
import { type World, worlds } from './world.ts';

const FILE = `
organisation: { name: Lunds IK, locale: sv, timezone: Europe/Stockholm, country: SE }
numbers: [{ number: "+46766861001", provider: simulator }]
books: [{ name: Föräldrar P12, address: p12, number: "+46766861001", sms_name: P12 }]
`;
const BY = { actor: 'u1', door: 'web' } as const;

describe('a book among the others on its number', () => {
  const own = bookRow({ id: 'own', numberId: 'n1', main: false, keyword: 'OWN', name: 'Egen' });
  const main = bookRow({ id: 'main', numberId: 'n1', main: true, keyword: 'MAIN', name: 'Huvud' });
  const third = bookRow({ id: 'third', numberId: 'n1', main: false, keyword: 'TREDJE' });
  const whys = (settled: ReturnType<typeof settleBook>) => settled.problems.map(({ field, why }) => [field, why]);

  test.each<[string, Parameters<typeof settleBook>, string[][], [string, boolean][], boolean]>([
    ['alone it is the main one', [null, { ...own, keyword: null }, []], [], [], true],
    [
      'beside another it needs a keyword',
      [null, { ...own, keyword: null }, [main]],
      [['keyword', 'keyword_needed']],
      [],
      false,
    ],
    ['with a keyword it is one of them', [null, own, [main]], [], [], false],
    [
      'a keyword that leaving cannot tell apart is taken',
      [null, { ...own, keyword: 'MÄIN' }, [main]],
      [['keyword', 'keyword_taken']],
      [],
      false,
    ],
    [
      'the other one needs a keyword too',
      [null, own, [{ ...main, keyword: null }]],
      [['number', 'other_needs_keyword']],
      [],
      false,
    ],
    ['it takes the main place over', [own, { ...own, main: true }, [own, main]], [], [['main', false]], true],
    [
      'the main one cannot just stop',
      [main, { ...main, main: false }, [own, main]],
      [['main', 'main_needed']],
      [],
      false,
    ],
    [
      'moving away leaves the last one as main',
      [main, { ...main, numberId: 'n2' }, [own, main]],
      [],
      [['own', true]],
      true,
    ],
    [
      'moving away from two leaves nobody as main',
      [main, { ...main, numberId: 'n2' }, [own, main, third]],
      [['number', 'main_left']],
      [],
      true,
    ],
  ])('%s', (_name, args, problems, others, isMain) => {
    const settled = settleBook(...args);
    expect(whys(settled)).toEqual(problems);
    expect(settled.others.map(({ book, main: becomes }) => [book.id, becomes])).toEqual(others);
    expect(settled.book.main).toBe(isMain);
  });
});

test.each([
  ['Föräldrar P12', 'foraldrar-p12'],
  ['  Åsa & Örjan!! ', 'asa-orjan'],
  ['Straße', 'strasse'],
  ['日本', ''],
])('%s is proposed as %s', (name, address) => expect(proposeAddress(name)).toBe(address));

describe.each(['sqlite', 'postgres'] as const)('the desk on %s', (dialect) => {
  const kit = worlds(dialect);
  let world: World;
  beforeAll(() => undefined);
  beforeEach(async () => {
    world = await kit.create();
    await world.deps.store.createInstallation({
      id: 'i',
      keyFingerprint: 'test',
      directoryVersion: 1,
      createdAt: NOON,
    });
    expect((await applyFile(FILE, world.deps)).ok).toBe(true);
  });
  afterAll(() => kit.close());
  const book = async () =>
    (await world.deps.store.reads.book('p12')) as NonNullable<Awaited<ReturnType<typeof world.deps.store.reads.book>>>;

  test('a reply of its own is what `try` shows, and the usual one again when it is taken back', async () => {
    const said = async () => {
      const result = await tryText('p12', [{ text: 'START', from: '070-174 06 05' }], world.deps);
      return result.ok && result.tried[0] && 'outgoing' in result.tried[0] ? result.tried[0].outgoing[0]?.text : null;
    };
    const { id } = await book();
    expect(await said()).toBe('Du är nu med i P12. Svara STOPP för att lämna.');
    const own = 'Hej från P12.\r\nSTOPP lämnar.\0';
    expect(await changeReply(id, 'joined', own, BY, world.deps)).toMatchObject({ ok: true, changed: true });
    expect(await said()).toBe('Hej från P12.\nSTOPP lämnar.');
    expect(await changeReply(id, 'joined', 'Hej', BY, world.deps)).toEqual({ ok: false, why: 'no_name' });
    expect(await changeReply(id, 'joined', null, BY, world.deps)).toMatchObject({ ok: true, changed: true });
    expect(await said()).toBe('Du är nu med i P12. Svara STOPP för att lämna.');
    const lines = await world.deps.store.reads.entriesPage(id, null, 9);
    expect(lines.map(({ event, details, actor }) => ({ event, details, actor }))).toEqual([
      {
        event: 'reply_changed',
        actor: 'u1',
        details: { reply: 'joined', before: 'Hej från P12.\nSTOPP lämnar.', after: null },
      },
      {
        event: 'reply_changed',
        actor: 'u1',
        details: { reply: 'joined', before: null, after: 'Hej från P12.\nSTOPP lämnar.' },
      },
    ]);
  });

  test('two who change one book at once both get through', async () => {
    const { id } = await book();
    const [a, b] = await Promise.all([
      changeReply(id, 'left', 'Hej då från P12', BY, world.deps),
      changeReply(id, 'pending', 'P12 svarar snart', BY, world.deps),
    ]);
    expect([a.ok, b.ok]).toEqual([true, true]);
    expect((await book()).replies).toEqual({ left: 'Hej då från P12', pending: 'P12 svarar snart' });
  });

  test('the log is one list of texts, broadcasts and changes, page by page', async () => {
    const { id, organisationId, numberId } = await book();
    const of = { bookId: id, organisationId };
    await world.deps.store.commit([
      ...[1, 4, 7].map(
        (n) =>
          ({
            add: 'inbounds',
            exists: 'stale',
            row: inboundRow({ id: `r${n}`, ...of, numberId, at: NOON + n }),
          }) as const,
      ),
      ...[2, 5].map(
        (n) => ({ add: 'logEntries', exists: 'stale', row: logRow({ id: `r${n}`, ...of, at: NOON + n }) }) as const,
      ),
      ...[3, 6].map(
        (n) =>
          ({
            add: 'broadcasts',
            exists: 'stale',
            row: broadcastRow({ id: `r${n}`, ...of, numberId, createdAt: NOON + n }),
          }) as const,
      ),
    ]);
    const first = await bookLog(id, null, 4, world.deps.store.reads);
    expect(first.lines.map(({ what, id: line }) => `${line} ${what}`)).toEqual([
      'r7 inbound',
      'r6 broadcast',
      'r5 entry',
      'r4 inbound',
    ]);
    const second = await bookLog(id, first.next, 4, world.deps.store.reads);
    expect(second.lines.map(({ id: line }) => line)).toEqual(['r3', 'r2', 'r1']);
    expect(second.next).toBeNull();
  });

  test('days and weeks begin where the organisation is', async () => {
    const { id } = await book();
    // 22:30 UTC on a Sunday in November is 23:30 in Stockholm; 23:15 UTC is Monday there.
    const sunday = Date.UTC(2026, 10, 15, 22, 30);
    await world.deps.store.commit([
      { add: 'consentEvents', exists: 'stale', row: eventRow({ id: 'e1', bookId: id, at: sunday }) },
      {
        add: 'consentEvents',
        exists: 'stale',
        row: eventRow({ id: 'e2', bookId: id, at: sunday + 45 * 60_000, event: 'left' }),
      },
    ]);
    const { reads } = world.deps.store;
    const byDay = await bookStatistics(id, 'day', 'Europe/Stockholm', NOON, reads);
    expect(byDay.turnover).toHaveLength(30);
    expect(byDay.turnover.filter(({ joined, left }) => joined + left > 0)).toEqual([
      { day: '2026-11-15', joined: 1, left: 0 },
      { day: '2026-11-16', joined: 0, left: 1 },
    ]);
    const byWeek = await bookStatistics(id, 'week', 'Europe/Stockholm', NOON, reads);
    expect(byWeek.turnover.filter(({ joined, left }) => joined + left > 0)).toEqual([
      { day: '2026-11-09', joined: 1, left: 0 },
      { day: '2026-11-16', joined: 0, left: 1 },
    ]);
    expect(byWeek.months.map(({ month }) => month).slice(-2)).toEqual(['2026-10', '2026-11']);
  });
});
