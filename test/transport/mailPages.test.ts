import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mailLine } from '../../src/core/mail.ts';
import { PROOF_REASONS } from '../../src/core/mailProof.ts';
import { isPageKey } from '../../src/i18n/pages/index.ts';
import { broadcastRow, copyRow, inboundRow, mailRow, memberRow, NOON, stopRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

/** What the toolbox says and sets about mail. */
const ANNA = 'anna@example.se';
const BO = 'bo@example.se';
const COACH = 'tranare@example.se';
const UNPROVEN = {
  ...{ from: COACH, proven: false, by: '' as const, reasons: ['dmarc_fail', 'dkim_none'] },
  ...{ spf: 'none', dkim: 'none', dmarc: 'fail', arc: 'none' },
};
let world: ToolboxWorld;
let admin: Client;
beforeAll(async () => {
  world = await toolboxWorld({ mailOut: false });
  const hash = (address: string) => world.deps.keyed.addressHash(address);
  const pause = (address: string, how: string) =>
    ({
      add: 'stops',
      row: stopRow({ scope: 'provider', scopeId: mailLine('org1'), address, addressHash: hash(address), how }),
      exists: 'stale',
    }) as const;
  await world.add(
    { add: 'writers', row: { bookId: 'book1', address: COACH, alwaysConfirm: false }, exists: 'stale' },
    {
      add: 'members',
      row: memberRow({ id: 'm1', phone: null, mail: ANNA, name: 'Anna', status: 'unreachable' }),
      exists: 'stale',
    },
    { add: 'members', row: memberRow({ id: 'm2', phone: null, mail: BO, name: 'Bo' }), exists: 'stale' },
    pause(ANNA, 'mail hard'),
    pause(BO, 'mail complaint'),
    {
      add: 'stops',
      row: stopRow({ scope: 'book', scopeId: 'book1', address: ANNA, addressHash: hash(ANNA) }),
      exists: 'stale',
    },
    {
      add: 'bounces',
      row: {
        ...{ id: 'b1', organisationId: 'org1', deliveryId: 1, address: ANNA },
        ...{ kind: 'hard', code: '5.1.1', at: NOON },
      },
      exists: 'stale',
    },
    { add: 'inbounds', row: inboundRow({ id: 'i1', door: 'mail', sender: BO, kind: 'forwarded' }), exists: 'stale' },
    {
      add: 'mails',
      row: mailRow({ id: 'mail1', inboundId: 'i1', subject: 'Fråga om <b>lördag</b>', proof: UNPROVEN }),
      exists: 'stale',
    },
    {
      add: 'broadcasts',
      row: broadcastRow({ id: 'bc1', door: 'mail', writer: COACH, status: 'held', mailId: 'mail1', finishedAt: null }),
      exists: 'stale',
    },
  );
  admin = await world.as('admin');
});
afterAll(() => world?.close());
const entries = async () => (await world.store.reads.entriesPage('book1', null, 20)).map(({ event }) => event);
const stopsOf = async (address: string) => {
  const hashes = [world.deps.keyed.addressHash(address)];
  const { reads } = world.store;
  return [
    ...(await reads.stops('provider', mailLine('org1'), hashes)),
    ...(await reads.stops('book', 'book1', hashes)),
  ].map(({ scope }) => scope);
};

test('the address that one mails stands on the page of the book, its writers and its settings', async () => {
  expect((await admin.get('/books/p12')).text).toContain('href="mailto:p12@lists.example.se"');
  expect((await admin.get('/books/p12/writers')).text).toContain('p12@lists.example.se');
  expect((await admin.get('/books/p12/settings')).text).toContain('Bokens adress är p12@lists.example.se.');
});

test('every page where copies wait for MAIL_URL says so, and none when there is one', async () => {
  for (const path of ['/books/p12', '/books/p12/settings']) {
    world.deps.mailOut = false;
    expect((await admin.get(path)).text).toContain('MAIL_URL');
    world.deps.mailOut = true;
    expect((await admin.get(path)).text).not.toContain('MAIL_URL');
    world.deps.mailOut = false;
  }
});

test('its settings are saved, each with before and after', async () => {
  const page = await admin.get('/books/p12/settings');
  const inputs = [...page.text.matchAll(/<input [^>]*>/g)].map(([tag]) => tag);
  expect(inputs.filter((tag) => /name="(reply_to|long_mail)"/.test(tag) && tag.includes(' checked'))).toEqual([
    expect.stringContaining('value="writer"'),
    expect.stringContaining('value="shorten"'),
  ]);
  const { name, smsName, locale } = (await world.store.reads.book('p12')) as never as Record<string, string>;
  const fields = {
    ...{ name: name ?? '', sms_name: smsName ?? '', locale: locale ?? '', number: 'num1', main: 'on' },
    ...{ opt_in: 'keyword', approval: 'automatic', leaving: 'free', senders: 'writers', confirm: 'above' },
    ...{ confirm_above: '100', header: '*P12*', footer: 'on', part_limit: '3', latest_hours: '4' },
    ...{ quiet_from: '', quiet_to: '', tell_broadcast: 'on', tell_leave: 'on' },
  };
  const wrong = await admin.post('/books/p12/settings', { ...fields, reply_to: 'nobody', long_mail: 'shorten' });
  expect([wrong.status, wrong.text.includes('Välj ett av alternativen')]).toEqual([422, true]);
  await admin.post('/books/p12/settings', { ...fields, reply_to: 'book', long_mail: 'refuse', subject_first: 'on' });
  expect(await world.store.reads.book('p12')).toMatchObject({
    replyTo: 'book',
    longMail: 'refuse',
    subjectFirst: true,
  });
  const log = (await admin.get('/books/p12/log')).text;
  expect(log).toContain('Ändrade: Vem får svar på ett mejl?');
  expect(log).toContain('Bokens adress, alltså funktionärerna');
});

describe('a writer who mails', () => {
  test('is set to confirm each mail, and back', async () => {
    const page = async () => (await admin.get('/books/p12/writers')).text;
    expect(await page()).not.toContain('bekräftar varje mejl');
    await admin.post('/books/p12/writers/confirm', { address: COACH, confirm: 'on' });
    expect(await world.store.reads.confirmingWriters('book1')).toEqual([COACH]);
    expect(await page()).toContain('bekräftar varje mejl');
    await admin.post('/books/p12/writers/confirm', { address: COACH, confirm: 'on' });
    await admin.post('/books/p12/writers/confirm', { address: COACH, confirm: 'off' });
    expect(await world.store.reads.confirmingWriters('book1')).toEqual([]);
    const changes = (await world.store.reads.entriesPage('book1', null, 20)).filter(
      ({ details }) => details.setting === 'always_confirm',
    );
    expect(changes.map(({ details }) => details.after)).toEqual([false, true]);
  });

  test.each(['nobody@example.se', '+46701000001', ''])('%j is none', async (address) => {
    const answer = await admin.post('/books/p12/writers/confirm', { address, confirm: 'on' });
    expect(answer.status).toBe(303);
    expect(await world.store.reads.confirmingWriters('book1')).toEqual([]);
  });

  test('only who looks after the book sets it', async () => {
    const sender = await world.as('sender');
    expect((await sender.post('/books/p12/writers/confirm', { address: COACH, confirm: 'on' })).status).toBe(403);
  });
});

describe('a mail address that is paused', () => {
  test('is marked where members are listed, and said on the page of the person', async () => {
    expect((await admin.get('/books/p12/members')).text.match(/mejl pausat/g)).toHaveLength(2);
    expect((await admin.get('/books/p12/members/m1')).text).toContain('det kom tillbaka gång på gång');
    const viewer = await world.as('viewer');
    expect((await viewer.get('/books/p12/members/m1')).text).not.toContain('Försök mejla igen');
  });

  test('may be tried again; nothing but that pause is lifted', async () => {
    expect((await admin.get('/books/p12/members/m1')).text).toContain('action="/books/p12/members/m1/mail"');
    expect((await admin.post('/books/p12/members/m1/mail')).status).toBe(303);
    expect(await stopsOf(ANNA)).toEqual(['book']);
    expect(await world.store.reads.bouncesOf(ANNA, 0)).toEqual([]);
    expect(await entries()).toContain('mail_retried');
    expect((await world.store.reads.member('m1'))?.status).toBe('active');
  });

  test('after a complaint it is the person’s own', async () => {
    const page = await admin.get('/books/p12/members/m2');
    expect(page.text).toContain('har anmält ett mejl som skräppost');
    expect(page.text).not.toContain('/members/m2/mail"');
    await admin.post('/books/p12/members/m2/mail');
    expect(await stopsOf(BO)).toEqual(['provider']);
  });
});

describe('a mail that came in', () => {
  test('stands in the inbox with its subject and what is doubted, as text', async () => {
    const { text } = await admin.get('/books/p12/inbox');
    expect(text).toContain('Fråga om &lt;b&gt;lördag&lt;/b&gt;');
    expect(text).toContain('Bo (bo@example.se)');
    expect(text).toContain('äkta mejl ser annorlunda ut (DMARC), mejlet är inte signerat (DKIM).');
    expect((await admin.get('/books/p12/inbox/i1')).text).toContain('Fråga om &lt;b&gt;');
  });

  test('the broadcast that it is held as says why', async () => {
    const { text } = await admin.get('/books/p12/broadcasts/bc1');
    expect(text).toContain('Ärende: Fråga om');
    expect(text).toContain('Det gick inte att bevisa vem som skrev');
    expect(text).toContain('bekräftar med länken i mejlet från oss');
  });

  test.each([
    ['5.1.1', 'Mejladressen finns inte'],
    ['5.2.1', 'Brevlådan tar inte emot mejl'],
    ['5.7.1', 'Mottagarens mejlserver ville inte ha mejlet'],
    ['smtp_554', 'Mejlservern tog inte emot det'],
  ])('a copy that ended with %s says what that means', async (reason, words) => {
    const id = `bc ${reason}`;
    const copy = copyRow({ broadcastId: id, address: ANNA, numberId: mailLine('org1') });
    await world.add(
      { add: 'broadcasts', row: broadcastRow({ id, status: 'sent', finishedAt: NOON }), exists: 'stale' },
      { add: 'deliveries', row: { ...copy, status: 'failed', reason }, exists: 'stale' },
    );
    const { text } = await admin.get(`/books/p12/broadcasts/${encodeURIComponent(id)}`);
    expect(text).toContain(words);
    expect(text).toContain(ANNA);
  });

  test('every reason has its words', () => {
    for (const code of PROOF_REASONS) expect([code, isPageKey(`mail.proof.${code}`)]).toEqual([code, true]);
  });
});
