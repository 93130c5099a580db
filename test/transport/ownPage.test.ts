import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { keepHouse } from '../../src/app/housekeeping.ts';
import { makeLeaveToken } from '../../src/app/leaveLink.ts';
import { mailLine } from '../../src/core/mail.ts';
import type { Member } from '../../src/core/member.ts';
import { memberRow, stopRow } from '../kit/rows.ts';
import { type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

/** A member's own page: pause, text or mail, the name, and what goes to the ledger and the log. */
const ANNA = '+46701740603';
const MAIL = 'anna@example.se';
const DAY = 86_400_000;
let world: ToolboxWorld;
beforeEach(async () => {
  world = await toolboxWorld({ mailOut: true });
  await world.add(
    member({ id: 'm1', phone: ANNA, mail: MAIL, name: 'Ana' }),
    member({ id: 'm2', mail: 'bo@example.se', name: 'Bo' }),
  );
});
afterEach(() => world?.close());

const member = (row: Parameters<typeof memberRow>[0]) =>
  ({ add: 'members', row: memberRow(row), exists: 'stale' }) as const;
const link = (id = 'm1'): string => `/leave/${makeLeaveToken(id, world.deps.keyed)}`;
const anna = async (): Promise<Member> => {
  const found = await world.store.reads.member('m1');
  if (!found) throw new Error('m1 is gone');
  return found;
};
const get = async (id = 'm1') => (await world.stranger().get(link(id))).text;
const post = (fields: Record<string, string>, id = 'm1') => world.stranger().post(link(id), fields);
const set = (row: Partial<Member>, id = 'm1') =>
  world.add({ change: 'members', where: { id }, set: row, none: 'stale' });
const dayFrom = (days: number): string => new Date(world.clock.now() + days * DAY).toISOString().slice(0, 10);
const ledger = () => world.store.ledger.history(world.deps.keyed.addressHash(MAIL));
const lines = async () =>
  (await ledger()).map(({ event, rule, door, wordingVersion }) => [event, rule, door, wordingVersion]);
const logged = async () => (await world.store.reads.log('book1', 50)).entries.filter(({ actor }) => actor === 'link');

describe('looking', () => {
  test('says what they are here, without the whole of their addresses, and changes nothing', async () => {
    const before = await world.dump();
    const text = await get();
    expect(text).toContain('Dina val i Föräldrar P12');
    expect(text).toContain('numret som slutar på 03 och som mejl till a***@example.se');
    expect(text).toContain('Vill du lämna Föräldrar P12?');
    expect(text).toContain('Bara den här listan slutar');
    expect(text).toContain('Vill du ha paus?');
    expect(text).toContain('Sms, mejl eller båda?');
    expect(text).not.toMatch(/<script|anna@example|0701|style=/);
    for (const path of ['?do=leave', '?do=pause&until=2099-01-01', '?do=via&via=sms'])
      expect((await world.stranger().get(link() + path)).status).toBe(200);
    expect(await world.dump()).toBe(before);
  });

  test('with one address there is nothing to choose between', async () => {
    expect(await get('m2')).not.toContain('Sms, mejl eller båda?');
    expect((await post({ do: 'via', via: 'sms' }, 'm2')).text).toContain('Det valet går inte just nu');
    expect((await world.store.reads.member('m2'))?.via).toBe('both');
  });

  test.each<[Member['status'], string, string]>([
    ['asked', 'Stanna kvar i Föräldrar P12', 'Sms, mejl eller båda?'],
    ['pending', 'Ta tillbaka anmälan', 'Vill du ha paus?'],
    ['banned', 'Vill du lämna', 'Stämmer ditt namn?'],
    ['refused', 'Vill du lämna', 'Stämmer ditt namn?'],
    ['unsubscribed', 'Kom tillbaka till', 'Stämmer ditt namn?'],
  ])('%s: %s, and no %s', async (status, shows, hides) => {
    await set({ status });
    const text = await get();
    expect(text).toContain(shows);
    expect(text).not.toContain(hides);
  });

  test('speaks the language of the book', async () => {
    await world.add({ change: 'books', where: { id: 'book1' }, set: { locale: 'de' }, none: 'stale' });
    expect(await get()).toContain('SMS, E-Mail oder beides?');
  });
});

describe('own pause', () => {
  test('until a day, confirmed in writing, in the ledger as theirs, ended by one press', async () => {
    const until = dayFrom(10);
    const answer = await post({ do: 'pause', until, w: 'page-1' });
    expect(answer.status).toBe(200);
    expect(answer.text).toContain('Du har paus nu.');
    expect(await anna()).toMatchObject({ status: 'paused' });
    const end = (await anna()).pausedUntil ?? 0;
    expect(new Date(end - 1).toISOString().slice(0, 10)).toBe(until);
    expect(await lines()).toEqual([['paused', 'B-49', 'web', 'page-1']]);
    const page = await get();
    expect(page).toContain('Du har paus till och med');
    expect(page).toContain('Ändra pausen');
    const back = await post({ do: 'resume', w: 'page-1' });
    expect(back.text).toContain('Pausen är slut.');
    expect(await anna()).toMatchObject({ status: 'active', pausedUntil: null });
    expect((await lines()).at(-1)).toEqual(['resumed', 'B-50', 'web', 'page-1']);
  });

  test('posted twice it is one pause, one line and one message', async () => {
    const fields = { do: 'pause', until: dayFrom(10), w: 'page-1' };
    const answers = await Promise.all([post(fields), post(fields), post(fields)]);
    for (const { status } of answers) expect(status).toBe(200);
    expect(await lines()).toHaveLength(1);
    await post({ do: 'resume' });
    const after = await world.dump();
    expect((await post({ do: 'resume' })).status).toBe(200);
    expect(await anna()).toMatchObject({ status: 'active' });
    expect((await lines()).length).toBe(2);
    // Only the conversation has moved.
    expect(after).toContain('resumed');
  });

  test('typed on a phone without a calendar', async () => {
    for (const [until, days] of [
      ['14 dagar', 14],
      ['1 vecka', 7],
    ] as const) {
      expect((await post({ do: 'pause', until })).status).toBe(200);
      expect(new Date(((await anna()).pausedUntil ?? 0) - 1).toISOString().slice(0, 10)).toBe(dayFrom(days));
    }
  });

  test('what is no day for it is refused, and leaves nobody', async () => {
    for (const until of ['', '2020-01-01', 'i morgon', '2999-12-31', '<b>']) {
      const answer = await post({ do: 'pause', until });
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('Välj en dag från i dag');
      expect(answer.text).not.toContain('<b>');
      expect((await anna()).status).toBe('active');
    }
  });

  test('it ends by itself', async () => {
    await post({ do: 'pause', until: dayFrom(2) });
    world.clock.ms = 4 * DAY;
    await keepHouse(world.deps);
    expect(await anna()).toMatchObject({ status: 'active', pausedUntil: null });
  });

  test('staff cannot end it, nor pause anew; a pause of theirs they can', async () => {
    await post({ do: 'pause', until: dayFrom(10) });
    const admin = await world.as('admin');
    const shown = (await admin.get('/books/p12/members/m1')).text;
    expect(shown).toContain('Ana har själv bett om paus.');
    expect(shown).not.toContain('/members/m1/resume');
    const resumed = await admin.post('/books/p12/members/m1/resume');
    expect([resumed.status, (await anna()).status]).toEqual([303, 'paused']);
    await post({ do: 'resume' });
    await admin.post('/books/p12/members/m1/pause');
    expect(await get()).toContain('Du får inga utskick från Föräldrar P12 just nu');
    expect(await get()).not.toContain('Vill du ha paus?');
    await admin.post('/books/p12/members/m1/resume');
    expect((await anna()).status).toBe('active');
  });

  test('a pause by staff is theirs to end too, as by START; a date does not shorten it', async () => {
    await (await world.as('admin')).post('/books/p12/members/m1/pause');
    await post({ do: 'pause', until: dayFrom(3) });
    expect(await anna()).toMatchObject({ status: 'paused', pausedUntil: null });
    await post({ do: 'resume' });
    expect((await anna()).status).toBe('active');
  });

  test('resuming and pausing bring nobody back who has left or was banned', async () => {
    for (const status of ['unsubscribed', 'banned', 'refused', 'pending'] as const) {
      await set({ status });
      await post({ do: 'resume' });
      await post({ do: 'pause', until: dayFrom(3) });
      expect((await anna()).status).toBe(status);
    }
    expect(await lines()).toEqual([]);
  });
});

describe('the ledger of leaving and coming back', () => {
  test('holds the version of the words that the page showed, and that a mail service saw none', async () => {
    await post({ do: 'leave', w: 'page-1' });
    await post({ do: 'return', w: 'page-1' });
    await post({ 'List-Unsubscribe': 'One-Click' });
    await post({ do: 'return', w: 'forged' });
    expect((await lines()).map(([event, , door, version]) => [event, door, version])).toEqual([
      ['left', 'web', 'page-1'],
      ['joined', 'web', 'page-1'],
      ['left', 'web', 'one-click'],
      ['joined', 'web', 'one-click'],
    ]);
    expect((await ledger()).every(({ person }) => person?.address === MAIL)).toBe(true);
  });

  test('every page with such a button says its version', async () => {
    const versions = (text: string) => [...text.matchAll(/name="w" value="([^"]*)"/g)].map(([, version]) => version);
    expect(versions(await get())).toEqual(['page-1', 'page-1']);
    expect(versions((await post({ do: 'leave' })).text)).toEqual(['page-1']);
    expect(versions(await get())).toEqual(['page-1']);
  });
});

describe('text, mail or both', () => {
  test('theirs to choose and to change, logged without a word about them', async () => {
    const answer = await post({ do: 'via', via: 'mail' });
    expect(answer.text).toContain('Ditt val är sparat.');
    expect(answer.text).toContain('Utskicken kommer som mejl till a***@example.se.');
    expect((await anna()).via).toBe('mail');
    await post({ do: 'via', via: 'mail' });
    await post({ do: 'via', via: 'sms' });
    expect((await logged()).map(({ event, details }) => [event, details])).toEqual([
      ['own_via', { setting: 'via', member: 'm1', before: 'mail', after: 'sms' }],
      ['own_via', { setting: 'via', member: 'm1', before: 'both', after: 'mail' }],
    ]);
  });

  test.each([
    ['mail', 'mejl når dig inte', () => ({ scopeId: mailLine('org1'), address: MAIL })],
    ['sms', 'sms når dig inte', () => ({ scopeId: '', address: ANNA })],
  ] as const)('only %s is no choice where it would reach them by nothing', async (via, said, of) => {
    const { scopeId: line, address } = of();
    const scopeId = line || ((await world.store.reads.bookById('book1'))?.numberId ?? '');
    await world.add({
      add: 'stops',
      row: stopRow({ scope: 'provider', scopeId, address, addressHash: world.deps.keyed.addressHash(address) }),
      exists: 'stale',
    });
    const text = await get();
    expect(text).not.toContain(`value="${via}"`);
    expect(text).toContain(said);
    expect((await post({ do: 'via', via })).text).toContain('Det valet går inte just nu');
    expect((await anna()).via).toBe('both');
  });

  test('what is no choice leaves nobody', async () => {
    for (const via of ['', 'nothing', 'both,sms']) await post({ do: 'via', via });
    expect(await anna()).toMatchObject({ status: 'active', via: 'both' });
  });

  test('who has left chooses nothing', async () => {
    await set({ status: 'unsubscribed' });
    expect((await post({ do: 'via', via: 'sms' })).text).toContain('Du har redan lämnat');
    expect((await anna()).via).toBe('both');
  });

  test('staff see it, and nothing of theirs changes it', async () => {
    await post({ do: 'via', via: 'mail' });
    const admin = await world.as('admin');
    expect((await admin.get('/books/p12/members')).text).toContain('bara mejl');
    expect((await admin.get('/books/p12/members/m1')).text).toContain('bara mejl');
    await admin.post('/books/p12/members/m1', { name: 'Anna', labels: '', via: 'both' });
    expect(await anna()).toMatchObject({ name: 'Anna', via: 'mail' });
  });
});

describe('the name', () => {
  test('is corrected, tidied and logged without being told', async () => {
    expect((await post({ do: 'name', name: '  Anna\n Östlund ' })).text).toContain('Ditt namn är sparat.');
    expect(await anna()).toMatchObject({ name: 'Anna Östlund', nameKey: 'anna östlund' });
    await post({ do: 'name', name: 'Anna Östlund' });
    expect((await logged()).map(({ event, details }) => [event, details])).toEqual([['own_name', { member: 'm1' }]]);
  });

  test.each([
    ['', 'Skriv ett namn.'],
    ['x'.repeat(101), 'högst 100 tecken'],
  ])('%j is refused beside the field', async (name, why) => {
    const answer = await post({ do: 'name', name });
    expect([answer.status, answer.text.includes(why)]).toEqual([422, true]);
    expect(await anna()).toMatchObject({ status: 'active', name: 'Ana' });
  });

  test('markup stays text', async () => {
    const { text } = await post({ do: 'name', name: '<img src=x onerror=alert(1)>' });
    expect(text).toContain('&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;');
  });
});

test('a link that is not ours changes nothing, whatever is posted', async () => {
  const before = await world.dump();
  for (const act of ['leave', 'return', 'resume', 'pause', 'via', 'name'])
    for (const path of [link().slice(0, -2), link().replace('/m1.', '/m2.'), '/leave/x']) {
      const fields = { do: act, until: dayFrom(3), via: 'sms', name: 'Eve' };
      expect((await world.stranger().post(path, fields)).status).toBe(404);
    }
  expect(await world.dump()).toBe(before);
});
