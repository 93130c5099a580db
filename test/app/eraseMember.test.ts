import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { eraseMember, personHere } from '../../src/app/desk/eraseMember.ts';
import { erasePerson } from '../../src/app/erasePerson.ts';
import { importMembers } from '../../src/app/importMembers.ts';
import type { Plan } from '../../src/ports/store.ts';
import { type Postgres, startPostgres } from '../kit/postgres.ts';
import {
  bookRow,
  broadcastRow,
  conversationRow,
  copyRow,
  deliveryRow,
  eventRow,
  inboundRow,
  mailRow,
  memberRow,
  NOON,
  ORGANISATION,
  personRow,
  stopRow,
  tokenRow,
  uploadSteps,
} from '../kit/rows.ts';
import { scratch } from '../kit/store.ts';
import { type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

const ANNA = '+46701740605';
const MAIL = 'anna.berg@example.se';
const NAME = 'Anna Bergström';
const SECOND = '+46701740699';
const BO = '+46701740606';
const CHIEF = '+46701000002';
/** What must stand in no row afterwards: the number in every dress, the mail address, the name, her second number. */
const TRACES = [ANNA, '46701740605', '0701740605', '070-174 06 05', MAIL, NAME, 'bergström', SECOND, '070-174 06 99'];

const add = <T extends Plan[number]>(step: T): T => step;
const row = (table: string, data: unknown) => ({ add: table, row: data, exists: 'stale' }) as Plan[number];

/** Anna in every table that can hold something of her, in two books of one town. */
function everywhere(world: ToolboxWorld): Plan {
  const [phone, mail] = [ANNA, MAIL].map((address) => world.deps.keyed.addressHash(address)) as [string, string];
  const person = (id: string, address: string, text: string) =>
    row('consentPersons', personRow({ eventId: id, address, name: NAME, text }));
  const label = `${NAME} 070-174 06 05`;
  return [
    row('books', bookRow({ id: 'book2', address: 'p14', name: 'P14', smsName: 'P14', keyword: 'P14', main: false })),
    row(
      'members',
      memberRow({ id: 'anna', phone: ANNA, mail: MAIL, name: NAME, otherPhone: SECOND, fields: { barn: 'Elsa' } }),
    ),
    row('members', memberRow({ id: 'anna2', bookId: 'book2', phone: ANNA, name: NAME })),
    row('members', memberRow({ id: 'bo', phone: BO, name: 'Bo Ek', otherPhone: ANNA })),
    row('writers', { bookId: 'book1', address: ANNA, alwaysConfirm: false }),
    row('functionaries', { bookId: 'book2', address: MAIL }),
    row('crisisPins', { bookId: 'book1', address: ANNA, digest: 'd' }),
    row('rollCalls', {
      id: 'r1',
      organisationId: 'org1',
      bookId: 'book1',
      broadcastId: null,
      startedAt: NOON,
      endsAt: NOON + 9,
      remindAt: null,
      remindedAt: null,
      endedAt: null,
      version: 1,
    }),
    row('rollAnswers', { rollCallId: 'r1', memberId: 'anna', answer: 'help', text: `hjälp, ${NAME}`, at: NOON }),
    add({
      change: 'books',
      where: { id: 'book1' },
      set: { crisis: { rollCallId: 'r1', since: NOON, until: NOON + 9, by: ANNA } },
      none: 'stale',
    }),
    row('joinForms', {
      id: 'j1',
      bookId: 'book1',
      phone: ANNA,
      mail: null,
      name: NAME,
      wording: 'Ja',
      digest: 'd',
      triesLeft: 3,
      createdAt: NOON,
      expiresAt: NOON + 9,
      usedAt: null,
    }),
    row('joinForms', {
      id: 'j2',
      bookId: 'book2',
      phone: null,
      mail: MAIL,
      name: NAME,
      wording: 'Ja',
      digest: 'd',
      triesLeft: 3,
      createdAt: NOON,
      expiresAt: NOON + 9,
      usedAt: null,
    }),
    row('conversations', conversationRow({ sender: ANNA })),
    row('conversations', conversationRow({ numberId: 'mail:org1', sender: MAIL })),
    row('inbounds', inboundRow({ id: 'i1', sender: ANNA, text: `Hej, ${NAME} här`, kind: 'forwarded' })),
    row(
      'deliveries',
      deliveryRow({ kind: 'notice', inboundId: 'i1', address: CHIEF, text: `Meddelande ej skickat. ${label}: Hej` }),
    ),
    // Without an inbound: somebody left by a link, a mail came back.
    row(
      'deliveries',
      deliveryRow({ kind: 'notice', address: CHIEF, text: `070-174 06 05 har lämnat P12.`, onceKey: `left:${ANNA}` }),
    ),
    row(
      'deliveries',
      deliveryRow({
        kind: 'notice',
        address: 'chef@example.se',
        text: `Mejl till ${NAME} kommer tillbaka.`,
        letter: { subject: NAME },
      }),
    ),
    row('deliveries', deliveryRow({ kind: 'notice', address: CHIEF, text: 'Utskick till 212: Matchen' })),
    row(
      'deliveries',
      deliveryRow({ address: MAIL, numberId: 'mail:org1', text: `Hej ${NAME}`, letter: { subject: NAME } }),
    ),
    row('deliveries', deliveryRow({ address: SECOND, text: 'Svara 1' })),
    row('broadcasts', broadcastRow({ id: 'b1', writer: ANNA })),
    row('deliveries', copyRow({ broadcastId: 'b1', address: ANNA, memberId: 'anna' })),
    row('deliveries', copyRow({ broadcastId: 'b1', address: MAIL, memberId: 'anna', status: 'accepted' })),
    row(
      'inbounds',
      inboundRow({ id: 'i2', sender: MAIL, door: 'mail', numberId: 'mail:org1', text: NAME, kind: 'forwarded' }),
    ),
    row(
      'mails',
      mailRow({ id: 'm1', inboundId: 'i2', envelopeFrom: MAIL, subject: `Från ${NAME}`, text: `${NAME}, 0701740605` }),
    ),
    row('mailPieces', { rawId: 'raw-m1', no: 0, content: Buffer.from(`From: ${NAME} <${MAIL}>`), createdAt: NOON }),
    row('attachments', {
      rawId: 'raw-m1',
      no: 0,
      name: `${NAME}.pdf`,
      type: 'application/pdf',
      content: Buffer.from(NAME),
      createdAt: NOON,
    }),
    row('mails', mailRow({ id: 'm2', envelopeFrom: MAIL, subject: `Autosvar från ${NAME}`, text: NAME })),
    row('mailPieces', { rawId: 'raw-m2', no: 0, content: Buffer.from(NAME), createdAt: NOON }),
    row('tokens', tokenRow({ id: 't1', address: MAIL })),
    row('bounces', {
      id: 'bo1',
      organisationId: 'org1',
      deliveryId: 5,
      address: MAIL,
      kind: 'soft',
      code: '4.2.2',
      at: NOON,
    }),
    ...uploadSteps({ id: 'f1', fileName: 'lag.csv' }, `namn;mobil\n${NAME};070-174 06 05\nBo;${BO}`),
    ...uploadSteps({ id: 'f2', fileName: 'lag2.csv', status: 'done', report: { rows: [NAME] } }, 'namn\nBo'),
    ...uploadSteps({ id: 'f3', fileName: 'andra.csv' }, `namn;mobil\nBo;${BO}`),
    row('consentEvents', eventRow({ id: 'e1', addressHash: phone })),
    person('e1', ANNA, `Start /${NAME}`),
    row('consentEvents', eventRow({ id: 'e2', addressHash: mail, bookId: 'book2' })),
    person('e2', MAIL, 'START'),
    row('stops', stopRow({ scope: 'number', scopeId: 'num1', addressHash: phone, address: ANNA })),
    row('stops', stopRow({ scope: 'provider', scopeId: 'mail:org1', addressHash: mail, address: MAIL })),
  ];
}

describe.each(['sqlite', 'postgres'] as const)('erasing a person within an organisation, on %s', (dialect) => {
  let postgres: Postgres | null = null;
  const worlds: ToolboxWorld[] = [];
  const folder = scratch();
  const open = async (): Promise<ToolboxWorld> => {
    if (dialect === 'postgres') postgres ??= await startPostgres();
    const world = await toolboxWorld(postgres ? { url: await postgres.database() } : {});
    worlds.push(world);
    return world;
  };
  afterAll(async () => {
    for (const world of worlds) await world.close();
    await postgres?.stop();
    folder.clear();
  }, 180_000);
  const desk = { actor: 'u1', door: 'web' } as const;
  const book = bookRow();
  const sealed = async (world: ToolboxWorld) => {
    while ((await world.store.ledger.seal(100)) > 0);
    return world.store.ledger.verify();
  };

  test('afterwards no row of any table names her, the ledger holds, and no import brings her back', async () => {
    const world = await open();
    await world.add(...everywhere(world));
    // The simulated network is no step of a plan.
    const message = { id: 'c1', from: '+46766861001', to: ANNA, text: `Hej ${NAME}`, deliveryId: 1, at: NOON };
    await world.store.carrierLog.append([{ ...message, direction: 'to_phone', status: 'delivered' }]);
    await world.store.carrierLog.setBlocked('+46766861001', ANNA, true);
    const before = await world.dump();
    for (const trace of [ANNA, MAIL, NAME, SECOND]) expect(before).toContain(trace);

    const result = await eraseMember(book, ORGANISATION, 'anna', desk, world.deps);
    expect(result).toMatchObject({
      ok: true,
      addresses: 3,
      memberships: [
        { book: 'p12', status: 'active' },
        { book: 'p14', status: 'active' },
      ],
      writerOf: ['p12'],
      functionaryOf: ['p14'],
      user: false,
    });
    const after = await world.dump();
    for (const trace of TRACES)
      expect([trace, after.toLowerCase().includes(trace.toLowerCase())]).toEqual([trace, false]);
    // Bytes are printed as numbers or base64: they are looked for as what they are.
    expect(after).not.toContain(Buffer.from(NAME).toString('base64').slice(0, 12));
    expect(after).not.toContain(JSON.stringify([...Buffer.from(NAME)]).slice(1, -1));
    for (const kept of [BO, 'Bo Ek', 'andra.csv', 'Utskick till 212']) expect(after).toContain(kept);
    // What was not sent yet and named her is not sent with its words gone.
    expect(after).not.toMatch(/"text":"","[^}]*"status":"queued"/);

    const lines = ['name,phone,mail', `${NAME},070-174 06 05,`, `${NAME},,${MAIL}`, `Bo Ek,${BO},`];
    for (const address of ['p12', 'p14']) {
      const file = folder.path(`${address}.csv`);
      writeFileSync(file, lines.join('\n'));
      const imported = await importMembers(address, file, world.deps);
      if (!imported.ok) throw new Error(JSON.stringify(imported));
      expect(imported.refused.map(({ outcome }) => outcome)).toEqual(['refused_left', 'refused_left']);
    }
    expect(await world.store.reads.membersEverywhere(ANNA)).toEqual([]);
    // The lines of this world are made by hand: their hashes fit nothing, but an erased part is no break.
    expect((await sealed(world)).breaks.filter(({ eventId }) => ['e1', 'e2'].includes(eventId))).toEqual([]);
  });

  test('another organisation’s rows of the same number are neither seen nor touched', async () => {
    const world = await open();
    const hash = world.deps.keyed.addressHash(ANNA);
    const there = { organisationId: 'org2', bookId: 'book9', numberId: 'num2' };
    await world.add(
      row('members', memberRow({ id: 'anna', phone: ANNA, name: NAME })),
      row('members', memberRow({ id: 'theirs', bookId: 'book9', phone: ANNA, name: 'Anna i Malmö' })),
      row('writers', { bookId: 'book9', address: ANNA, alwaysConfirm: false }),
      row('inbounds', inboundRow({ id: 'i9', sender: ANNA, text: 'Hej Malmö', kind: 'forwarded', ...there })),
      row(
        'deliveries',
        deliveryRow({ kind: 'notice', inboundId: 'i9', address: '+46701000009', text: `Malmö: ${NAME}`, ...there }),
      ),
      row('deliveries', deliveryRow({ address: ANNA, text: 'Svar från Malmö', onceKey: `x:${ANNA}`, ...there })),
      row('conversations', conversationRow({ numberId: 'num2', sender: ANNA })),
      row('consentEvents', eventRow({ id: 'e9', addressHash: hash, organisationId: 'org2', bookId: 'book9' })),
      row('consentPersons', personRow({ eventId: 'e9', address: ANNA, name: 'Anna i Malmö', text: 'START MFF' })),
      row('stops', stopRow({ scopeId: 'book9', addressHash: hash, address: ANNA })),
      ...uploadSteps({ id: 'f9', organisationId: 'org2', bookId: 'book9', fileName: 'malmo.csv' }, `mobil\n${ANNA}`),
    );
    await eraseMember(book, ORGANISATION, 'anna', desk, world.deps);
    const after = await world.dump();
    const { reads } = world.store;
    expect((await reads.membersEverywhere(ANNA)).map(({ id }) => id)).toEqual(['theirs']);
    expect(await reads.writers('book9')).toEqual([ANNA]);
    expect(await reads.inboundById('i9')).toMatchObject({ sender: ANNA, text: 'Hej Malmö' });
    expect(await reads.conversation('num2', ANNA)).not.toBeNull();
    expect(await reads.stops('book', 'book9', [hash])).toMatchObject([{ address: ANNA, how: 'sms B-11' }]);
    for (const kept of [`Malmö: ${NAME}`, 'Svar från Malmö', `x:${ANNA}`, 'START MFF', 'malmo.csv'])
      expect(after).toContain(kept);
    expect((await reads.personLines('org2', [hash], { after: null, limit: 9 })).map(({ event }) => event)).toEqual([
      'joined',
    ]);
    expect(
      (await reads.personLines('org1', [hash], { after: null, limit: 9 })).map(({ event, rule, door }) => [
        event,
        rule,
        door,
      ]),
    ).toEqual([['erased', 'erase_organisation', 'web']]);

    // The operator's command reaches both.
    expect(await erasePerson(ANNA, world.deps)).toMatchObject({ ok: true, memberships: [{ book: 'mff' }] });
    expect(await world.dump()).not.toContain(ANNA);
    expect(
      (await reads.personLines('org2', [hash], { after: null, limit: 9 })).map(({ event, rule }) => [event, rule]),
    ).toEqual([
      ['joined', 'B-1'],
      ['erased', 'erase'],
    ]);
  });

  test('a phone that somebody else has too stays theirs (B-40), and one that is only shared cannot be erased here', async () => {
    const world = await open();
    await world.add(
      row('members', memberRow({ id: 'anna', phone: ANNA, mail: MAIL, name: NAME })),
      row('members', memberRow({ id: 'eva', phone: ANNA, mail: 'eva@example.se', name: 'Eva Lind' })),
      row('members', memberRow({ id: 'kid', phone: BO, name: 'Kim' })),
      row('members', memberRow({ id: 'dad', phone: BO, mail: 'dad@example.se', name: 'Dan' })),
    );
    const anna = await world.store.reads.member('anna');
    if (!anna) throw new Error('no Anna');
    expect(await personHere(book, anna, world.deps)).toMatchObject({ addresses: [MAIL], shared: [ANNA] });
    expect(await eraseMember(book, ORGANISATION, 'anna', desk, world.deps)).toMatchObject({ ok: true, addresses: 1 });
    expect((await world.store.reads.membersEverywhere(ANNA)).map(({ id, status }) => [id, status])).toEqual([
      ['eva', 'active'],
    ]);
    expect(await eraseMember(book, ORGANISATION, 'nobody', desk, world.deps)).toEqual({ ok: false, why: 'not_found' });
    expect(await eraseMember(book, ORGANISATION, 'anna', desk, world.deps)).toEqual({ ok: false, why: 'not_found' });
  });
});
