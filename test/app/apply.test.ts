import { afterAll, describe, expect, test } from '@jest/globals';
import { applyFile } from '../../src/app/apply.ts';
import { showBook } from '../../src/app/showBook.ts';
import type { Member } from '../../src/core/member.ts';
import { fixture, keyed, type World, worlds } from './world.ts';

const ANNA = '+46701000003';

const applied = async (source: string, world: World) => {
  const result = await applyFile(source, world.deps);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result;
};
const refused = async (source: string, world: World) => {
  const result = await applyFile(source, world.deps);
  return result.ok ? [] : result.errors.map(({ line, message }) => `${line}: ${message}`);
};
const bookOf = async (world: World, address = 'p12') => {
  const book = await world.deps.store.reads.book(address);
  if (!book) throw new Error('no such book');
  return book;
};
const membersOf = async (world: World, address = 'p12'): Promise<Member[]> =>
  world.deps.store.reads.members((await bookOf(world, address)).id, { after: '', limit: 100 });
const memberOf = async (world: World, phone: string): Promise<Member> => {
  const member = (await membersOf(world)).find((one) => one.phone === phone);
  if (!member) throw new Error('no such member');
  return member;
};
/** As a STOPP by SMS leaves it. */
const leave = async (world: World, phone: string) => {
  const book = await bookOf(world);
  const member = await memberOf(world, phone);
  const since = world.deps.clock.now();
  await world.deps.store.commit([
    {
      change: 'members',
      where: { id: member.id },
      set: { status: 'unsubscribed', since, leftAt: since, version: member.version + 1 },
      none: 'stale',
    },
    {
      add: 'stops',
      exists: 'ignore',
      row: {
        scope: 'book',
        scopeId: book.id,
        addressHash: keyed.addressHash(phone),
        address: phone,
        since,
        how: 'sms B-11',
      },
    },
  ]);
};

const one = (more: string, members = ''): string => `organisation: { name: Lunds IK }
numbers: [{ number: "+46766861001", provider: simulator }]
books:
  - { name: Föräldrar P12, address: p12, number: "+46766861001"${more} }
${members}`;
const withMembers = (...members: string[]): string =>
  one(`, members: [\n${members.map((member) => `    ${member}`).join(',\n')}\n    ]`);

describe.each(['sqlite', 'postgres'] as const)('apply on %s', (dialect) => {
  const all = worlds(dialect);
  afterAll(() => all.close(), 60_000);

  test('makes everything in one commit, and the second run changes nothing', async () => {
    const world = await all.create();
    const first = await applied(fixture('p12.yaml'), world);
    expect(first.changes).toEqual([
      'organisation Lunds IK created',
      'number +46766861001 created (twilio, 10 parts a second)',
      'book p12 created (Föräldrar P12, in texts P12)',
      'book p12: writer +46701000001 added',
      'book p12: writer coach@example.se added',
      'book p12: functionary +46701000002 added',
      'book p12: functionary board@example.se added',
      'book p12: 3 members added',
      'user admin@example.se created (admin)',
      'user admin@example.se: access to p12 given',
    ]);
    expect(first.outcomes.map(({ outcome }) => outcome)).toEqual(['added', 'added', 'added']);
    expect((await membersOf(world)).map(({ status }) => status)).toEqual(['active', 'active', 'active']);
    const history = await world.deps.store.ledger.history(keyed.addressHash(ANNA));
    expect(history).toEqual([
      expect.objectContaining({
        event: 'added',
        rule: 'apply',
        door: 'cli',
        person: expect.objectContaining({ address: ANNA, name: 'Anna Lind' }),
      }),
    ]);

    const before = await membersOf(world);
    const second = await applied(fixture('p12.yaml'), world);
    expect(second.changes).toEqual([]);
    expect(second.outcomes.map(({ line, who, outcome }) => [line, who, outcome])).toEqual([
      [21, ANNA, 'already_there'],
      [22, 'bo@example.se', 'already_there'],
      [23, '+46701000004', 'already_there'],
    ]);
    expect(await membersOf(world)).toEqual(before);
  });

  test('B-41: who left is refused with when and how, also when the row was deleted, and all else is applied', async () => {
    const world = await all.create();
    await applied(withMembers(`{ phone: ${ANNA}, name: Anna }`), world);
    world.later(60_000);
    await leave(world, ANNA);
    const again = withMembers(`{ phone: ${ANNA}, name: Anna }`, '{ phone: 0701000004, name: Bo }');
    const result = await applied(again, world);
    expect(result.outcomes).toEqual([
      {
        line: 5,
        who: ANNA,
        outcome: 'refused_left',
        reason: 'has left 2026-11-22 12:01 (sms B-11); only they can come back, by texting START',
      },
      { line: 6, who: '+46701000004', outcome: 'added', reason: '' },
    ]);
    expect((await memberOf(world, ANNA)).status).toBe('unsubscribed');
    expect((await world.deps.store.ledger.history(keyed.addressHash(ANNA))).map(({ event }) => event)).toEqual([
      'added',
      'add_refused',
    ]);

    await world.deps.store.commit([{ remove: 'members', where: { phone: ANNA } }]);
    const third = await applied(again, world);
    expect(third.outcomes.map(({ outcome }) => outcome)).toEqual(['refused_left', 'already_there']);
    expect((await membersOf(world)).map(({ phone }) => phone)).toEqual(['+46701000004']);
  });

  test('members not in the file stay, writers and functionaries are exactly those named, settings not named stay', async () => {
    const world = await all.create();
    await applied(fixture('p12.yaml'), world);
    const result = await applied(one(', writers: ["+46701000001", "+46701000009"], confirm_above: off'), world);
    expect(result.changes).toEqual([
      'number +46766861001: provider twilio -> simulator',
      'book p12: confirm_above 100 -> off',
      'book p12: writer +46701000009 added',
      'book p12: writer coach@example.se removed',
    ]);
    const book = await bookOf(world);
    expect(book).toMatchObject({ confirmAbove: null, header: '*P12*', smsName: 'P12' });
    expect(await world.deps.store.reads.functionaries(book.id)).toHaveLength(2);
    expect(await membersOf(world)).toHaveLength(3);
  });

  test('settings of mail and of signing in; a writer without `confirm` keeps what was set', async () => {
    const world = await all.create();
    await applied(fixture('p12.yaml'), world);
    const mails = one(
      ', reply_to: book, long_mail: refuse, subject_first: true, writers: ["+46701000001", { address: coach@example.se, confirm: always }]',
    );
    const result = await applied(mails.replace('name: Lunds IK', 'name: Lunds IK, second_step: admins'), world);
    expect(result.changes).toEqual([
      'organisation Lunds IK: second_step chosen -> admins',
      'number +46766861001: provider twilio -> simulator',
      'book p12: reply_to writer -> book',
      'book p12: long_mail shorten -> refuse',
      'book p12: subject_first false -> true',
      'book p12: writer coach@example.se confirms every mail',
    ]);
    const shown = await showBook('p12', world.deps.store.reads, { now: Date.now(), listDomain: 'lists.example.se' });
    expect(shown).toMatchObject({
      mail: 'p12@lists.example.se',
      confirming: ['coach@example.se'],
      settings: { reply_to: 'book', long_mail: 'refuse', subject_first: true },
    });
    await applied(one(', writers: ["+46701000001", "coach@example.se"]'), world);
    const { reads } = world.deps.store;
    expect(await reads.confirmingWriters((await bookOf(world)).id)).toEqual(['coach@example.se']);
    const off = await applied(one(', writers: [{ address: coach@example.se, confirm: in_doubt }]'), world);
    expect(off.changes).toContain('book p12: writer coach@example.se confirms in doubt');
    expect(await reads.confirmingWriters((await bookOf(world)).id)).toEqual([]);
  });

  test('the join page: its words are the usual ones until the file has others, and stay when it names none', async () => {
    const world = await all.create();
    await applied(fixture('p12.yaml'), world);
    const { changes } = await applied(one(', join_page: { ask: phone }'), world);
    expect(changes.at(-1)).toMatch(/^book p12: join_page off -> "phone: Ja, Lunds IK får skicka .* svara STOPP\."$/);
    expect((await bookOf(world)).joinPage?.ask).toBe('phone');
    await applied(one(', join_page: { ask: either, consent: "Ja, det vill jag." }'), world);
    expect((await applied(one(', join_page: { ask: either }'), world)).changes).toEqual([]);
    const shown = await showBook('p12', world.deps.store.reads, { now: Date.now(), listDomain: 'lists.example.se' });
    expect(shown).toMatchObject({
      settings: { join_page: 'either' },
      joinPage: { ask: 'either', consent: 'Ja, det vill jag.' },
    });
    await applied(one(', join_page: off'), world);
    expect((await bookOf(world)).joinPage).toBeNull();
  });

  test('with an error nothing is applied', async () => {
    const world = await all.create();
    expect(await refused(fixture('errors.yaml'), world)).toHaveLength(16);
    expect(await refused(`${one('')}users: [{ mail: a@example.se, role: admin, access: [p13] }]`, world)).toEqual([
      '5: user a@example.se: there is no book p13 in this organisation',
    ]);
    expect(await world.deps.store.reads.organisations()).toEqual([]);
  });

  test('20 runs at once: one of each thing', async () => {
    const world = await all.create();
    const results = await Promise.all(Array.from({ length: 20 }, () => applyFile(fixture('p12.yaml'), world.deps)));
    expect(results.filter((result) => result.ok && result.changes.length > 0)).toHaveLength(1);
    expect(results.filter((result) => !result.ok)).toEqual([]);
    expect(await membersOf(world)).toHaveLength(3);
    expect(await world.deps.store.reads.organisations()).toHaveLength(1);
  });
});

describe('who is who', () => {
  const all = worlds('sqlite');
  afterAll(() => all.close());

  test.each<[string, string[], string[], string[]]>([
    ['the same row', ['{ phone: 0701000003 }'], ['{ phone: 0701000003 }'], ['already_there']],
    [
      'a mail address for a phone',
      ['{ phone: 0701000003 }'],
      ['{ phone: 0701000003, mail: a@example.se }'],
      ['changed'],
    ],
    [
      'a phone for a mail address',
      ['{ mail: a@example.se }'],
      ['{ phone: 0701000003, mail: a@example.se }'],
      ['changed'],
    ],
    [
      'less than is known',
      ['{ phone: 0701000003, mail: a@example.se }'],
      ['{ mail: a@example.se }'],
      ['already_there'],
    ],
    [
      'two people on one phone (B-40)',
      ['{ phone: 0701000003, mail: a@example.se }'],
      ['{ phone: 0701000003, mail: b@example.se }'],
      ['added'],
    ],
    [
      'a phone that two share says no name',
      ['{ phone: 0701000003, mail: a@example.se }', '{ phone: 0701000003, mail: b@example.se }'],
      ['{ phone: 0701000003, name: Bo }'],
      ['already_there'],
    ],
    ['a new name', ['{ phone: 0701000003, name: Ana }'], ['{ phone: 0701000003, name: Anna }'], ['changed']],
    ['no name keeps the name', ['{ phone: 0701000003, name: Anna }'], ['{ phone: 0701000003 }'], ['already_there']],
    ['labels', ['{ phone: 0701000003, labels: [a] }'], ['{ phone: 0701000003, labels: [a, b] }'], ['changed']],
    [
      'twice in the file: the first name stands',
      [],
      ['{ phone: 0701000003, name: Anna }', '{ phone: 070-1000003, name: Bo }'],
      ['added', 'twice'],
    ],
    ['our own number', [], ['{ phone: "+46766861001" }'], ['refused_own_number']],
  ])('%s', async (_, before, after, outcomes) => {
    const world = await all.create();
    if (before.length > 0) await applied(withMembers(...before), world);
    const result = await applied(withMembers(...after), world);
    expect(result.outcomes.map(({ outcome }) => outcome)).toEqual(outcomes);
    const second = await applied(withMembers(...after), world);
    expect(second.changes).toEqual([]);
  });

  test.each([
    ['banned', 'refused_banned', 'banned'],
    ['unsubscribed', 'refused_left', 'unsubscribed'],
    ['asked', 'refused_asked', 'asked'],
    ['paused', 'already_there', 'paused'],
    ['unreachable', 'already_there', 'unreachable'],
    ['pending', 'changed', 'active'],
    ['refused', 'changed', 'active'],
  ] as const)('somebody who is %s: %s', async (status, outcome, after) => {
    const world = await all.create();
    await applied(withMembers(`{ phone: ${ANNA} }`), world);
    await world.deps.store.commit([{ change: 'members', where: { phone: ANNA }, set: { status }, none: 'stale' }]);
    const result = await applied(withMembers(`{ phone: ${ANNA} }`), world);
    expect(result.outcomes.map((each) => each.outcome)).toEqual([outcome]);
    expect((await memberOf(world, ANNA)).status).toBe(after);
  });

  test('a stop for everything on the number refuses in each of its books', async () => {
    const world = await all.create();
    await applied(one(''), world);
    const book = await bookOf(world);
    const row = {
      scope: 'number',
      scopeId: book.numberId,
      addressHash: keyed.addressHash(ANNA),
      address: null,
      since: 0,
      how: 'sms B-18',
    } as const;
    await world.deps.store.commit([{ add: 'stops', row, exists: 'ignore' }]);
    const result = await applied(withMembers(`{ phone: ${ANNA} }`), world);
    expect(result.outcomes[0]?.outcome).toBe('refused_left');
  });

  test('adding by hand makes active also where each request is approved', async () => {
    const world = await all.create();
    await applied(one(`, approval: manual, members: [{ phone: ${ANNA} }]`), world);
    expect((await memberOf(world, ANNA)).status).toBe('active');
  });
});

describe('books and numbers', () => {
  const all = worlds('sqlite');
  afterAll(() => all.close());

  test('the defaults of a new book', async () => {
    const world = await all.create();
    await applied(fixture('two-books.yaml'), world);
    expect(await bookOf(world, 'p14')).toMatchObject({
      keyword: 'P14',
      main: false,
      smsName: 'Föräldrar och ledare',
      header: '*Föräldrar och ledare*',
      locale: 'sv',
      optIn: 'keyword',
      approval: 'automatic',
      senders: 'writers',
      confirmAbove: null,
      footer: true,
      partLimit: 3,
      leaving: 'free',
      tellBroadcast: true,
      tellLeave: true,
      latestAfterMs: 4 * 3_600_000,
      quietFrom: '21:00',
      quietTo: '07:00',
    });
    expect(await bookOf(world)).toMatchObject({ keyword: 'P12', main: true, confirmAbove: 100 });
    expect((await applied(fixture('two-books.yaml'), world)).changes).toEqual([]);
  });

  const two = (first: string, second: string) => `organisation: { name: Lunds IK }
numbers: [{ number: "+46766861001", provider: simulator }]
books:
  - { name: A, address: a, number: "+46766861001", ${first} }
  - { name: B, address: b, number: "+46766861001", ${second} }
`;
  test.each([
    ['no main book', two('keyword: A1', 'keyword: B1'), /^5: number .* has several books: set main: true on one/],
    [
      'two main books',
      two('keyword: A1, main: true', 'keyword: B1, main: true'),
      /^5: number .* would have 2 main books \(a, b\)/,
    ],
    ['no keyword', two('main: true', 'keyword: B1'), /^4: book a: needs a keyword/],
    [
      'one keyword for two',
      two('keyword: lag, main: true', 'keyword: LÅG'),
      /^5: book b: the keyword LÅG is that of a/,
    ],
    ['the only one is not main', one(', main: false'), /^4: book p12: is the only one on its number/],
    [
      'a number that is not named',
      one('').replace('"+46766861001" }\n', '"+46766861009" }\n'),
      /^4: book p12: number \+46766861009 is not among the numbers/,
    ],
    [
      'a writer that is a number of ours',
      one(', writers: ["+46766861001"]'),
      /^4: book p12: writer .* is a virtual number/,
    ],
    ['a number twice', one('').replace('}]', '}, { number: 0766861001, provider: twilio }]'), /^2: number .* twice/],
  ])('%s is an error with its line', async (_, source, wanted) => {
    const world = await all.create();
    const errors = await refused(source, world);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(wanted);
  });

  test('a second book comes to a number that has one without a keyword', async () => {
    const world = await all.create();
    await applied(one(''), world);
    const second = one('').replace('address: p12', 'address: p14, keyword: P14');
    expect(await refused(second, world)).toEqual([
      '4: book p12 shares number +46766861001 and has no keyword: give it one in the file',
    ]);
  });

  test("another organisation's number, book and user are errors with their lines", async () => {
    const world = await all.create();
    await applied(fixture('p12.yaml'), world);
    const other = fixture('p12.yaml').replace('Lunds IK', 'Malmö BK');
    expect(await refused(other, world)).toEqual([
      '4: number +46766861001 belongs to another organisation',
      '6: book p12: the address belongs to another organisation',
      '25: user admin@example.se belongs to another organisation',
    ]);
  });
});
