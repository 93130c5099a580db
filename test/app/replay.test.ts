import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applyFile } from '../../src/app/apply.ts';
import { type Replay, replayForm, replayMark, replayReply } from '../../src/app/desk/replay.ts';
import { createReceiveText } from '../../src/app/receiveText.ts';
import type { Book } from '../../src/core/book.ts';
import type { Plan } from '../../src/ports/store.ts';
import { bookRow, eventRow, inboundRow, memberRow, NOON, SMALL_WORLD } from '../kit/rows.ts';
import { spentMs } from '../kit/spent.ts';
import { type World, worlds } from './world.ts';

const NUMBER = '+46766861001';
const WRITER = '+46701740601';
const [ANNA, BO, EVE] = ['+46701740602', '+46701740603', '+46701740604'];
const DAY = 86_400_000;
const FILE = `
organisation: { name: Lunds IK, locale: sv, timezone: Europe/Stockholm, country: SE }
numbers: [{ number: "${NUMBER}", provider: simulator }]
books:
  - { name: Föräldrar P12, address: p12, number: "${NUMBER}", sms_name: P12, keyword: P12, main: true, writers: ["${WRITER}"], functionaries: ["+46701740699"] }
  - { name: Föräldrar P14, address: p14, number: "${NUMBER}", sms_name: P14, keyword: P14, functionaries: ["+46701740699"] }
`;

/** As a browser sends the settings of a book, with some of them other than they are. */
const formOf = (book: Book, edit: Record<string, string | undefined> = {}) => ({
  name: book.name,
  number: book.numberId,
  keyword: book.keyword ?? '',
  ...(book.main && { main: 'on' }),
  sms_name: book.smsName,
  locale: book.locale,
  opt_in: book.optIn,
  approval: book.approval,
  senders: book.senders,
  leaving: book.leaving,
  confirm: 'above',
  confirm_above: '100',
  header: book.header,
  footer: 'on',
  part_limit: '3',
  latest_hours: '4',
  reply_to: book.replyTo,
  long_mail: book.longMail,
  ...edit,
});

describe.each(['sqlite', 'postgres'] as const)('what would have been different, on %s', (dialect) => {
  const all = worlds(dialect);
  let world: World;
  let p12: Book;
  beforeAll(async () => {
    world = await all.create();
    await applyFile(FILE, world.deps);
    p12 = (await world.deps.store.reads.book('p12')) as Book;
    const receive = createReceiveText({ ...world.deps, wait: async () => {} });
    let no = 0;
    const say = async (from: string, text: string) => {
      world.later(3_600_000 * 5);
      no += 1;
      await receive({
        providerId: `SM${no}`,
        from,
        to: NUMBER,
        text,
        mediaCount: 0,
        missingPart: false,
        optOut: null,
        providerAt: null,
      });
    };
    await say(EVE, 'Hej, vem är det här?');
    await say(ANNA, 'START');
    await say(ANNA, 'START P14');
    await say(BO, 'START');
    await say(ANNA, 'När börjar matchen i morgon?');
    await say(WRITER, 'Matchen flyttas till klockan 18.');
    await say(BO, 'STOPP');
    await say(BO, 'Jag vill inte vara med i den här listan längre');
    await say(BO, 'START');
    await say(ANNA, 'Gillade ”*P12* Matchen flyttas till klockan 18.”');
    await say(EVE, 'HJÄLP');
    world.later(20 * DAY);
  }, 180_000);
  afterAll(() => all.close());
  const would = (edit: Record<string, string | undefined>) => replayForm(p12, formOf(p12, edit), world.deps);
  const shown = (replay: Replay | null) =>
    replay?.examples.map(({ inbound, before, after }) => [inbound.text, before.outcome, after.outcome]);

  test('what decides nothing about texts is not looked at', async () => {
    expect(
      await would({ name: 'P12 och P13', header: '', tell_leave: 'on', quiet_from: '21:00', quiet_to: '07:00' }),
    ).toBeNull();
    expect(await would({})).toBeNull();
    expect(await would({ confirm_above: 'hej' })).toBeNull();
    expect(await would({ number: 'another' })).toBeNull();
  });

  test('approval: whoever joined would have waited, also when they came back', async () => {
    const found = await would({ approval: 'manual' });
    expect(shown(found)).toEqual([
      ['START', 'join', 'request'],
      ['START', 'join', 'request'],
      ['START', 'join', 'request'],
    ]);
    expect(found?.groups).toMatchObject([{ before: { outcome: 'join' }, after: { outcome: 'request' }, count: 3 }]);
    expect([found?.count, found?.left, found?.cutAt]).toEqual([11, 0, null]);
    expect(found?.examples[0]?.after.answer).toContain('P12');
  });

  test('any text: only a stranger would have joined by it, never who was in or had left', async () => {
    expect(shown(await would({ opt_in: 'any_text' }))).toEqual([['Hej, vem är det här?', 'forwarded', 'join']]);
  });

  test('members may write: what a member said would have gone to everyone', async () => {
    const edit = { senders: 'members', confirm: 'never' };
    expect(shown(await would(edit))).toEqual([['När börjar matchen i morgon?', 'forwarded', 'broadcast']]);
  });

  test('a code for everything, and a list that one does not leave by one word', async () => {
    expect(shown(await would({ confirm: 'always' }))).toEqual([
      ['Matchen flyttas till klockan 18.', 'broadcast', 'held'],
    ]);
    const exempt = shown(await would({ leaving: 'exempt' }));
    expect(exempt).toContainEqual(['STOPP', 'leave', 'asked']);
  });

  test('a keyword of this book changes what comes to the others on the number', async () => {
    const p14 = (await world.deps.store.reads.book('p14')) as Book;
    const found = await replayForm(p14, formOf(p14, { keyword: 'F14' }), world.deps);
    expect(shown(found)).toEqual([['START P14', 'join', 'forwarded']]);
    expect(found?.examples[0]?.before.bookId).toBe(p14.id);
    // Another main book: a stranger's texts go there, and a bare START of somebody new joins it.
    const main = await replayForm(p14, formOf(p14, { main: 'on' }), world.deps);
    expect(main?.groups.length).toBeGreaterThan(0);
    expect(main?.examples.every(({ before, after }) => before.bookId === p12.id && after.bookId === p14.id)).toBe(true);
  });

  test('a reply of its own: the same people, another answer', async () => {
    const found = await replayReply(p12, 'joined', 'Välkommen till P12. STOPP lämnar.', world.deps);
    expect(shown(found)).toEqual([
      ['START', 'join', 'join'],
      ['START', 'join', 'join'],
      ['START', 'join', 'join'],
    ]);
    expect(found?.examples[0]?.after.answer).toBe('Välkommen till P12. STOPP lämnar.');
    expect(await replayReply(p12, 'joined', null, world.deps)).toBeNull();
    expect((await replayReply(p12, 'pending', 'Vänta lite, P12', world.deps))?.changed).toBe(0);
  });

  test('texts older than 90 days are not looked at', async () => {
    world.later(80 * DAY);
    expect(await would({ approval: 'manual' })).toMatchObject({ count: 0, changed: 0 });
    world.later(-80 * DAY);
  });

  test('it changes nothing, and its mark follows every book on the number', async () => {
    const { reads } = world.deps.store;
    const mark = await replayMark(p12, reads);
    expect((await would({ approval: 'manual' }))?.mark).toBe(mark);
    await world.deps.store.commit([{ change: 'books', where: { address: 'p14' }, set: { version: 9 }, none: 'stale' }]);
    expect(await replayMark(p12, reads)).not.toBe(mark);
  });
});

describe('very many texts', () => {
  const all = worlds('sqlite');
  afterAll(() => all.close());

  test('the newest 5,000 are looked at, and others are served meanwhile', async () => {
    const { deps } = await all.create();
    const plan: Plan[number][] = [...SMALL_WORLD];
    const people = 600;
    const phone = (no: number) => `+467017${String(40_000 + no)}`;
    for (let no = 0; no < people; no++) {
      plan.push({ add: 'members', row: memberRow({ id: `m${no}`, phone: phone(no) }), exists: 'stale' });
      const addressHash = deps.keyed.addressHash(phone(no));
      plan.push({
        add: 'consentEvents',
        row: eventRow({ id: `e${no}`, at: NOON - 89 * DAY, addressHash, event: 'joined' }),
        exists: 'stale',
      });
    }
    for (let no = 0; no < 5_500; no++)
      plan.push({
        add: 'inbounds',
        row: inboundRow({
          id: `i${no}`,
          providerId: `SM${no}`,
          sender: phone(no % people),
          text: `Kommer på torsdag, vi är ${no} den här gången`,
          kind: 'forwarded',
          at: NOON - 3_600_000 - no * 60_000,
        }),
        exists: 'stale',
      });
    await deps.store.commit(plan);
    const book = (await deps.store.reads.book('p12')) as Book;
    let longest = 0;
    let last = spentMs();
    let turning = true;
    const turn = () => {
      const now = spentMs();
      longest = Math.max(longest, now - last);
      last = now;
      if (turning) setImmediate(turn);
    };
    turn();
    const began = performance.now();
    const form = formOf(bookRow({ ...book, senders: 'members' }), { confirm: 'never' });
    const found = await replayForm(book, form, deps);
    turning = false;
    const took = performance.now() - began;
    process.stderr.write(`replay of 5,000 texts: ${Math.round(took)} ms, longest hold ${longest.toFixed(1)} ms\n`);
    expect([found?.count, found?.changed, found?.examples.length]).toEqual([5_000, 5_000, 60]);
    expect(found?.cutAt).toBe(NOON - 3_600_000 - 4_999 * 60_000);
    expect(longest).toBeLessThan(100);
  }, 180_000);
});
