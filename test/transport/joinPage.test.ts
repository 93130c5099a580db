import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { keepHouse } from '../../src/app/housekeeping.ts';
import type { Book } from '../../src/core/book.ts';
import type { Member } from '../../src/core/member.ts';
import { bookRow, memberRow, stopRow } from '../kit/rows.ts';
import { type Answer, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

/** The join page of a book: what is typed is proven by a code or a link; and the way back without the last message (S3-16). */
const ANNA = '+46701740603';
const BO = '+46701740604';
const MAIL = 'anna@example.se';
const CONSENT = 'Ja, Lunds IK får skicka sms från Föräldrar P12 till mig.\nSvara STOPP för att sluta.';
const JOIN = '/join/p12';

let world: ToolboxWorld;
beforeAll(async () => {
  world = await toolboxWorld({ trustedProxies: ['loopback'] });
});
afterAll(() => world?.close());
/** One world for the file, emptied before each test. */
const GONE =
  'join_forms tokens deliveries guesses members functionaries stops conversations log_entries consent_persons consent_events ledger_heads';
beforeEach(async () => {
  for (const table of GONE.split(' ')) await world.column(`delete from ${table} returning 1`);
  await world.column("delete from books where id = 'book2' returning 1");
  await world.add({ change: 'organisations', where: { id: 'org1' }, set: { dailyParts: null }, none: 'stale' });
  const { id, ...row } = bookRow({ joinPage: { ask: 'phone', consent: CONSENT } });
  await book(row, id);
});

const book = (set: Partial<Book>, id = 'book1') => world.add({ change: 'books', where: { id }, set, none: 'stale' });
const get = (path = JOIN, headers: Record<string, string> = {}) => world.stranger().get(path, headers);
/** Everybody is somewhere else, unless an address is given. */
let last = 0;
const post = (fields: Record<string, string>, path = JOIN, ip = `203.0.113.${++last % 250}`) =>
  world.stranger().post(path, fields, { 'X-Forwarded-For': ip });
const typed = { name: 'Anna Ek', phone: '070-174 06 03', yes: 'on' };
const ask = (fields: Record<string, string> = {}, path = JOIN) => post({ do: 'ask', ...typed, ...fields }, path);
const back = (phone = '070-174 06 03', path = JOIN) => post({ do: 'back', phone }, path);
const formIn = ({ text }: Answer): string => /name="form" value="([^"]+)"/.exec(text)?.[1] ?? '';
const enter = (form: string, code: string, what = 'code', path = JOIN) => post({ do: what, form, code }, path);

type Sent = { kind: string; address: string; text: string; status: string; parts: number };
/** Deliveries as they stand in the database, in the order in which they were written. */
async function sent(to?: string): Promise<Sent[]> {
  const rows = await world.column(
    "select json_object('kind', kind, 'address', address, 'text', text, 'status', status, 'parts', parts) from deliveries order by id",
  );
  return rows.map((row) => JSON.parse(String(row)) as Sent).filter(({ address }) => to === undefined || address === to);
}
/** What the database holds of the forms that are under way. */
const forms = async (): Promise<string> =>
  JSON.stringify(
    await world.column("select phone || ' ' || coalesce(mail, '') || ' ' || name || ' ' || digest from join_forms"),
  );
async function codeTo(phone = ANNA): Promise<string> {
  const texts = (await sent(phone)).filter(({ kind }) => kind === 'code');
  return /\d{6}/.exec(texts.at(-1)?.text ?? '')?.[0] ?? '';
}
const rowOf = async (address: string): Promise<Member | undefined> =>
  (await world.store.reads.membersByAddress('book1', [address]))[0];
const events = async (address: string) =>
  (await world.store.ledger.history(world.deps.keyed.addressHash(address))).map(
    ({ event, door, person, wordingVersion }) => ({
      event,
      door: `${door} ${wordingVersion}`,
      text: person?.text,
      name: person?.name,
    }),
  );
const left = (row: Partial<Member> = {}, address = ANNA) =>
  world.add(
    { add: 'members', row: memberRow({ id: 'm1', phone: address, status: 'unsubscribed', ...row }), exists: 'stale' },
    {
      add: 'stops',
      row: stopRow({
        ...{ scope: 'book', scopeId: 'book1', address, how: 'sms B-11' },
        addressHash: world.deps.keyed.addressHash(address),
      }),
      exists: 'stale',
    },
  );
const wrongOf = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

describe('joining with a number', () => {
  test('looking shows the words, an empty box and the way by SMS, and changes nothing', async () => {
    const before = await world.dump();
    for (const path of [JOIN, `${JOIN}?back`, '/join/none']) {
      const page = await get(path);
      expect([path, page.status]).toEqual([path, 200]);
      expect(page.text).not.toMatch(/checked|<script|style=/);
      expect(page.headers.getSetCookie()).toEqual([]);
    }
    const { text } = await get();
    for (const said of ['Gå med i Föräldrar P12', 'Lunds IK', 'Svara STOPP för att sluta.', '076-686 10 01'])
      expect(text).toContain(said);
    expect(text).toContain('href="sms:+46766861001?&amp;body&#x3D;START"');
    expect(await world.dump()).toBe(before);
  });

  test('a code, and then one is a member with one’s name; the consent stands in the ledger word for word', async () => {
    const step = await ask();
    expect([step.status, step.text.includes('070-174 06 03')]).toEqual([200, true]);
    expect(await rowOf(ANNA)).toBeUndefined();
    const [code] = await sent(ANNA);
    expect(code).toMatchObject({ kind: 'code', parts: 1, text: expect.stringMatching(/^Din kod för P12 är \d{6}\./) });
    const done = await enter(formIn(step), await codeTo());
    expect([done.status, done.text.includes('Du är med i Föräldrar P12')]).toEqual([200, true]);
    expect(await rowOf(ANNA)).toMatchObject({ name: 'Anna Ek', status: 'active', phone: ANNA });
    expect(await events(ANNA)).toEqual([{ event: 'joined', door: 'web page-1', text: CONSENT, name: 'Anna Ek' }]);
    expect((await sent(ANNA)).map(({ kind }) => kind)).toEqual(['code', 'joined']);
  });

  test('the code works once; pressed twice one sees the same', async () => {
    const form = formIn(await ask());
    const code = await codeTo();
    const twice = await Promise.all([enter(form, code), enter(form, code)]);
    for (const answer of twice) expect(answer.text).toContain('Du är med i Föräldrar P12');
    expect(await events(ANNA)).toHaveLength(1);
    await world.add({ remove: 'members', where: { bookId: 'book1' } });
    expect((await enter(form, code)).status).toBe(410);
    expect(await rowOf(ANNA)).toBeUndefined();
  });

  test('who has shown that the phone is theirs gets the link to their own page, each time; a wrong code gives none', async () => {
    const form = formIn(await ask());
    const code = await codeTo();
    const wrong = await enter(form, code === '000000' ? '000001' : '000000');
    expect(wrong.text).not.toContain('/leave/');
    for (const answer of [await enter(form, code), await enter(form, code)]) {
      const own = /<a href="(\/leave\/[^"]+)">Dina val i Föräldrar P12<\/a>/.exec(answer.text)?.[1] ?? '';
      const page = await get(own);
      expect([page.status, page.text.includes('slutar på 03')]).toEqual([200, true]);
    }
  });

  test.each(['048 213', '048-213', '０４８２１３'])('a code may be written as %s', async (way) => {
    const form = formIn(await ask());
    const code = await codeTo();
    const written = way.includes('０')
      ? [...code].map((digit) => String.fromCharCode(0xff10 + Number(digit))).join('')
      : `${code.slice(0, 3)}${way[3]}${code.slice(3)}`;
    expect((await enter(form, written)).status).toBe(200);
  });

  test('handed in twice within a minute it is one code', async () => {
    const [one, two] = await Promise.all([ask(), ask()]);
    expect(formIn(one)).toBe(formIn(two));
    expect(await sent(ANNA)).toHaveLength(1);
  });

  test('approval: the request waits, and functionaries read the name that was given', async () => {
    await book({ approval: 'manual' });
    await world.add({ add: 'functionaries', row: { bookId: 'book1', address: BO }, exists: 'stale' });
    const done = await enter(formIn(await ask()), await codeTo());
    expect(done.text).toContain('Din anmälan till Föräldrar P12 väntar');
    expect(done.text).not.toContain('/leave/');
    expect(await rowOf(ANNA)).toMatchObject({ status: 'pending', name: 'Anna Ek' });
    expect((await sent(BO))[0]?.text).toContain(`Anna Ek ${ANNA} vill gå med`);
  });

  test.each(['banned', 'refused'] as const)('%s: neutral, after the code', async (status) => {
    await world.add({ add: 'members', row: memberRow({ id: 'm1', phone: ANNA, status }), exists: 'stale' });
    const step = await ask();
    expect(step.status).toBe(200);
    const done = await enter(formIn(step), await codeTo());
    expect([done.status, done.text.includes('Du kan inte gå med i Föräldrar P12')]).toEqual([409, true]);
    expect((await rowOf(ANNA))?.status).toBe(status);
  });

  test('several books on the number: the keyword goes along', async () => {
    await book({ keyword: 'P12', main: true });
    await world.add({
      add: 'books',
      row: {
        ...bookRow({ id: 'book2', address: 'p14', keyword: 'P14', main: false }),
      },
      exists: 'stale',
    });
    expect((await get()).text).toContain('body&#x3D;START%20P12');
  });
});

describe('what was typed', () => {
  test.each([
    ['nothing', { name: '', phone: '', yes: '' }, ['Skriv vad du heter.', 'Skriv ditt mobilnummer.']],
    ['a word', { phone: 'hemma' }, ['Det är inget telefonnummer.']],
    ['a digit too few', { phone: '070-174 06 0' }, ['Numret finns inte.']],
    ['a landline', { phone: '046-12 34 56' }, ['Numret kan inte ta emot sms.']],
    ['our own number', { phone: '+46766861001' }, ['Det är listans eget nummer.']],
    ['a name of a novel', { name: 'x'.repeat(101) }, ['Namnet är för långt.']],
    ['markup', { name: '<b>"&', phone: '=1+1' }, ['Numret finns inte.', '&lt;b&gt;&quot;&amp;']],
  ])('%s is said beside the field, and repeated', async (_, fields, said) => {
    const before = await world.dump();
    const answer = await ask(fields as Record<string, string>);
    expect(answer.status).toBe(422);
    for (const each of said) expect(answer.text).toContain(each);
    expect(answer.text).not.toContain('<b>');
    expect(await world.dump()).toBe(before);
  });

  test('without the tick nothing is sent, and what was typed stays', async () => {
    const answer = await post({ do: 'ask', name: 'Anna', phone: '070-174 06 03' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Kryssa i rutan om du säger ja.');
    expect(answer.text).toMatch(/value="070-174 06 03"/);
    expect(answer.text).not.toContain('checked');
    expect(await sent()).toEqual([]);
  });

  test.each([
    ['+46 70 174 06 03', ANNA],
    ['0046701740603', ANNA],
    ['+34 612 34 56 78', '+34612345678'],
    ['0701740603', ANNA],
  ])('%s is read in the country of the organisation', async (phone, e164) => {
    expect((await ask({ phone })).status).toBe(200);
    expect(await sent(e164)).toHaveLength(1);
  });

  test('another site’s form orders no code', async () => {
    const answer = await world.stranger().post(JOIN, { do: 'ask', ...typed }, { 'Sec-Fetch-Site': 'cross-site' });
    expect(answer.status).toBe(403);
    expect(await sent()).toEqual([]);
  });
});

describe('wrong codes', () => {
  test('five tries, then a new one is needed; also the right one is over then', async () => {
    const form = formIn(await ask());
    const code = await codeTo();
    for (const said of ['4 försök', '3 försök', '2 försök', 'ett försök']) {
      const answer = await enter(form, wrongOf(code));
      expect([answer.status, answer.text.includes(said)]).toEqual([422, true]);
    }
    expect((await enter(form, wrongOf(code))).status).toBe(410);
    expect((await enter(form, code)).status).toBe(410);
    expect(await rowOf(ANNA)).toBeUndefined();
  });

  test('a thousand at once get no more tries than five', async () => {
    const form = formIn(await ask());
    const code = Number(await codeTo());
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => enter(form, String((code + 1 + i) % 1_000_000).padStart(6, '0'))),
    );
    expect(answers.filter(({ status }) => status === 422).length).toBeLessThanOrEqual(4);
    expect(await world.store.reads.joinForm(form)).toMatchObject({ triesLeft: 0, usedAt: null });
  });

  test.each(['', 'abc', '12345', '1234567'])('"%s" is no code and costs no try', async (code) => {
    const form = formIn(await ask());
    const answer = await enter(form, code);
    expect([answer.status, answer.text.includes('Koden är sex siffror')]).toEqual([422, true]);
    expect((await world.store.reads.joinForm(form))?.triesLeft).toBe(5);
  });

  test('after ten minutes it is over, and what was typed is gone from the database, the code from the text', async () => {
    const form = formIn(await ask());
    const code = await codeTo();
    world.clock.ms += 10 * 60_000 + 1;
    expect((await enter(form, code)).status).toBe(410);
    await keepHouse(world.deps);
    expect(await world.store.reads.joinForm(form)).toBeNull();
    const dump = await world.dump();
    expect(dump).not.toContain(code);
    expect((await sent(ANNA))[0]?.text).toContain('Din kod för P12 är ••••••.');
  });

  test.each([
    ['somebody else’s book', '/join/mff'],
    ['a made-up form', JOIN],
  ])('of %s it is over', async (_, path) => {
    const form = formIn(await ask());
    const code = await codeTo();
    const answer = await enter(path === JOIN ? 'made-up' : form, code, 'code', path);
    expect([410, 422]).toContain(answer.status);
    expect(await rowOf(ANNA)).toBeUndefined();
  });

  test('the digest alone is kept', async () => {
    await ask();
    const code = await codeTo();
    expect(await forms()).not.toContain(code);
  });
});

describe('coming back without the last message (S3-16)', () => {
  test('the number, a code, and one is in again; nobody else could have done it', async () => {
    await left();
    const step = await back();
    expect(step.status).toBe(200);
    const done = await enter(formIn(step), await codeTo(), 'back-code');
    expect(done.text).toContain('Du är med i Föräldrar P12');
    expect((await rowOf(ANNA))?.status).toBe('active');
    const { keyed } = world.deps;
    expect(await world.store.reads.stops('book', 'book1', [keyed.addressHash(ANNA)])).toEqual([]);
    expect(await events(ANNA)).toMatchObject([{ event: 'joined', door: 'web page-1', text: 'code: join' }]);
  });

  test('also where only the keyed hash is left of them', async () => {
    await left();
    await world.add({ remove: 'members', where: { id: 'm1' } });
    await enter(formIn(await back()), await codeTo(), 'back-code');
    expect((await rowOf(ANNA))?.status).toBe('active');
  });

  /** What differs is what stands in the form's own id. */
  const same = ({ status, text }: Answer) => [status, text.replace(/value="[0-9a-f-]{36}"/, 'value="id"')];

  test('the answer is the same for who was in the book, who never was, who is blocked and who is stopped', async () => {
    await left();
    const phone = '070-174 06 03';
    const known = same(await back(phone));
    const unknown = same(await back('070-174 06 04'));
    expect(JSON.stringify(unknown).replaceAll('070-174 06 04', phone)).toBe(JSON.stringify(known));
    expect([(await sent(ANNA)).length, (await sent(BO)).length]).toEqual([1, 0]);
    const [formA, formB] = [await back(phone), await back('070-174 06 04')].map(formIn);
    const wrong = await Promise.all([
      enter(formA ?? '', '000000', 'back-code'),
      enter(formB ?? '', '000000', 'back-code'),
    ]);
    expect(wrong.map(({ status }) => status)).toEqual([422, 422]);
  });

  test('a code for nobody fits no guess', async () => {
    const form = formIn(await back('070-174 06 04'));
    const row = await world.store.reads.joinForm(form);
    expect(row).toMatchObject({ phone: BO, wording: '' });
    expect(await sent()).toEqual([]);
  });

  test('START filled in stands on each of its pages', async () => {
    for (const answer of [await get(`${JOIN}?back`), await back(), await enter('x', '000000', 'back-code')])
      expect(answer.text).toContain('href="sms:+46766861001?&amp;body&#x3D;START"');
  });

  describe('where there is no join page', () => {
    beforeEach(() => book({ joinPage: null }));

    test('the page is the same as for a book that is not there, and names nothing', async () => {
      const [here, nowhere] = [await get(JOIN), await get('/join/none')];
      expect(here.status).toBe(nowhere.status);
      expect(here.text.replaceAll('/join/p12', '/join/none')).toBe(nowhere.text);
      for (const path of [JOIN, '/join/none']) {
        const step = await back('070-174 06 04', path);
        expect(step.text).not.toMatch(/P12|Lunds|0766|076-6/);
        expect(step.status).toBe(200);
      }
      const codes = await Promise.all([JOIN, '/join/none'].map((path) => enter('x', '000000', 'back-code', path)));
      expect(new Set(codes.map(({ status, text }) => status + text.replaceAll('/join/p12', '/join/none'))).size).toBe(
        1,
      );
    });

    test('who was in it comes back', async () => {
      await left();
      const done = await enter(formIn(await back()), await codeTo(), 'back-code');
      expect(done.text).toContain('Du är med i Föräldrar P12');
      expect((await rowOf(ANNA))?.status).toBe('active');
    });

    test('nobody else gets a code, whatever form they post', async () => {
      expect((await ask()).status).toBe(200);
      expect(await sent()).toEqual([]);
      expect((await get(JOIN, { 'Accept-Language': 'de' })).text).toContain('Warst du schon einmal');
    });
  });
});

describe('limits', () => {
  const minutes = (count: number) => {
    world.clock.ms += count * 60_000;
  };

  test('three codes an hour to one number, from wherever, known or not; then START alone', async () => {
    for (const phone of ['070-174 06 03', '070-174 06 04']) {
      for (let i = 0; i < 3; i++) {
        expect((await ask({ phone, name: `Anna ${i}` })).status).toBe(200);
        minutes(2);
      }
      const over = await ask({ phone });
      expect([over.status, over.text.includes('sms:+46766861001')]).toEqual([429, true]);
      expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(3000);
    }
    expect(await sent()).toHaveLength(6);
    minutes(61);
    expect((await ask()).status).toBe(200);
  });

  test('eight a day', async () => {
    let codes = 0;
    for (let i = 0; i < 12; i++) {
      if ((await ask({ name: `Anna ${i}` })).status === 200) codes++;
      minutes(31);
      await keepHouse(world.deps);
    }
    expect(codes).toBe(8);
  });

  test('twenty an hour from one network', async () => {
    const from = (n: number) =>
      post({ do: 'ask', ...typed, phone: `070-174 07 ${String(n).padStart(2, '0')}` }, JOIN, `2001:db8::${n + 1}`);
    const statuses: number[] = [];
    for (let n = 0; n < 22; n++) statuses.push((await from(n)).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(20);
    expect(statuses.slice(20)).toEqual([429, 429]);
    expect((await ask()).status).toBe(200);
  });

  test('sixty an hour for one book, also all at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 70 }, (_, n) =>
        post({ do: 'ask', ...typed, phone: `070-174 07 ${String(n).padStart(2, '0')}` }, JOIN, `203.0.113.${n}`),
      ),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(60);
    expect(await sent()).toHaveLength(60);
  }, 120_000);

  test('codes count in the cost cap of the day, and the page does not tell', async () => {
    await world.add({ change: 'organisations', where: { id: 'org1' }, set: { dailyParts: 1 }, none: 'stale' });
    const [first, second] = [await ask(), await ask({ phone: '070-174 06 04' })];
    expect([first.status, second.status]).toEqual([200, 200]);
    expect([(await sent(ANNA)).length, (await sent(BO)).length]).toEqual([1, 0]);
  });
});

describe('mail', () => {
  beforeEach(() => book({ joinPage: { ask: 'either', consent: CONSENT } }));
  const linkTo = async (address = MAIL): Promise<string> =>
    /\/mail-join\/[\w-]+/.exec((await sent(address)).find(({ kind }) => kind === 'code')?.text ?? '')?.[0] ?? '';

  test('a link proves the address; the name and the consent go along', async () => {
    const step = await ask({ phone: '', mail: ' Anna@Example.se ' });
    expect(step.text).toContain('Öppna länken i mejlet');
    const link = await linkTo();
    for (let i = 0; i < 2; i++) expect((await get(link)).status).toBe(200);
    expect(await rowOf(MAIL)).toBeUndefined();
    const [one, two] = await Promise.all([post({ do: 'join' }, link), post({ do: 'join' }, link)]);
    expect([one.status, two.status].sort()).toEqual([200, 410]);
    expect(await rowOf(MAIL)).toMatchObject({ status: 'active', name: 'Anna Ek', phone: null });
    expect(await events(MAIL)).toMatchObject([{ event: 'joined', door: 'web page-1', text: CONSENT, name: 'Anna Ek' }]);
  });

  test('number and mail: the mail is written to once the phone is proven, and joins its row by its own link', async () => {
    const form = formIn(await ask({ mail: MAIL }));
    expect(await sent(MAIL)).toEqual([]);
    const done = await enter(form, await codeTo());
    expect(done.text).toContain('Vi har också skickat ett mejl till anna@example.se');
    expect(await rowOf(ANNA)).toMatchObject({ status: 'active', mail: null });
    await keepHouse(world.deps);
    await post({ do: 'join' }, await linkTo());
    expect(await rowOf(ANNA)).toMatchObject({ status: 'active', mail: MAIL, addressKey: `${ANNA}|${MAIL}` });
    expect(await events(MAIL)).toMatchObject([{ event: 'joined', text: CONSENT }]);
    expect(await world.store.reads.memberCounts('book1')).toEqual({ active: 1 });
  });

  test('the mail’s link joins by itself where the phone has left meanwhile', async () => {
    await enter(formIn(await ask({ mail: MAIL })), await codeTo());
    const row = await rowOf(ANNA);
    await world.add({
      change: 'members',
      where: { id: row?.id ?? '' },
      set: { status: 'unsubscribed' },
      none: 'stale',
    });
    await post({ do: 'join' }, await linkTo());
    expect([(await rowOf(ANNA))?.status, (await rowOf(MAIL))?.phone]).toEqual(['unsubscribed', null]);
  });

  test('the row of who left by mail is not joined to somebody else’s phone', async () => {
    await left({ phone: null, mail: MAIL }, MAIL);
    await enter(formIn(await ask({ mail: MAIL })), await codeTo());
    expect((await rowOf(MAIL))?.status).toBe('unsubscribed');
    await post({ do: 'join' }, await linkTo());
    expect([(await rowOf(MAIL))?.status, (await rowOf(ANNA))?.mail]).toEqual(['active', null]);
  });

  test.each([
    ['mail', 'nobody', 'Mejladressen ser inte rätt ut'],
    ['mail', 'p12@lists.example.se', 'Det är en av listornas egna adresser'],
    ['mail', '', 'Skriv ett mobilnummer eller en mejladress'],
  ])('%s "%s" is refused', async (_, mail, said) => {
    const answer = await ask({ phone: '', mail });
    expect([answer.status, answer.text.includes(said)]).toEqual([422, true]);
  });

  test('a link that ran out says so', async () => {
    await ask({ phone: '', mail: MAIL });
    const link = await linkTo();
    world.clock.ms += 24 * 3_600_000 + 1;
    await keepHouse(world.deps);
    expect((await post({ do: 'join' }, link)).status).toBe(410);
    expect(await rowOf(MAIL)).toBeUndefined();
  });

  test('three links an hour to one address', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await ask({ phone: '', mail: MAIL, name: `Anna ${i}` })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});

test('erasing takes what was typed and not proven', async () => {
  const form = formIn(await ask());
  const { erasePerson } = await import('../../src/app/erasePerson.ts');
  await erasePerson(ANNA, world.deps);
  expect(await world.store.reads.joinForm(form)).toBeNull();
  expect(await forms()).not.toContain('0701740603');
});

test.each([
  ['en', 'Join Föräldrar P12'],
  ['es', 'Apúntate a Föräldrar P12'],
  ['de', 'Bei Föräldrar P12 anmelden'],
] as const)('the page speaks the language of the book: %s', async (locale, title) => {
  await book({ locale });
  const page = await get(JOIN, { 'Accept-Language': 'sv' });
  expect([page.text.includes(title), page.headers.get('content-language')]).toEqual([true, locale]);
});

describe('the setting', () => {
  const settings = async (fields: Record<string, string>) => {
    const admin = await world.as('admin');
    const { text } = await admin.get('/books/p12/settings');
    const typedIn: Record<string, string> = {};
    for (const [, name = '', value = ''] of text.matchAll(
      /<input id="[^"]*" name="([^"]+)" type="\w+" value="([^"]*)"/g,
    ))
      typedIn[name] = value;
    const chosen = { locale: 'sv', number: 'num1', main: 'on', opt_in: 'keyword', approval: 'automatic' };
    const more = { leaving: 'free', senders: 'writers', confirm: 'never', reply_to: 'writer', long_mail: 'shorten' };
    return { text, saved: await admin.post('/books/p12/settings', { ...typedIn, ...chosen, ...more, ...fields }) };
  };
  const said = () => world.column("select details from log_entries where event = 'setting_changed' order by id");

  test('switches the page on with words of the admin’s own, which the log keeps; and off again', async () => {
    await book({ joinPage: null });
    const on = await settings({ join_page: 'either', join_consent: 'Ja, jag vill.\r\nSvara STOPP för att sluta.' });
    expect(on.text).toContain('Ja, Lunds IK får skicka meddelanden från Föräldrar P12 till mig.');
    expect(on.saved.status).toBe(303);
    const { joinPage } = (await world.store.reads.book('p12')) ?? {};
    expect(joinPage).toEqual({ ask: 'either', consent: 'Ja, jag vill.\nSvara STOPP för att sluta.' });
    expect((await get()).text).toContain('Ja, jag vill.\nSvara STOPP');
    expect(JSON.stringify(await said())).toContain('either: Ja, jag vill. Svara STOPP för att sluta.');
    expect((await settings({ join_page: 'off', join_consent: '' })).saved.status).toBe(303);
    expect((await world.store.reads.book('p12'))?.joinPage).toBeNull();
  });

  test.each([
    ['', 'missing'],
    ['x'.repeat(1001), 'long'],
  ])('words that are not there, or a novel, are refused', async (consent) => {
    const { saved } = await settings({ join_page: 'phone', join_consent: consent });
    expect(saved.status).toBe(422);
    expect(saved.text).toContain('id="join_consent-error"');
  });

  test('an empty book shows the poster, and whoever sees the book may print it', async () => {
    const viewer = await world.as('viewer');
    expect((await viewer.get('/books/p12')).text).toContain('href="/books/p12/poster"');
    const paper = await viewer.get('/books/p12/poster?size=nonsense&lang=xx');
    expect([paper.status, paper.text.match(/<article/g)?.length]).toEqual([200, 1]);
    expect(paper.text).toContain('localhost:8080/join/p12');
    expect((await viewer.get('/books/p12/poster?size=card')).text.match(/<article/g)).toHaveLength(8);
  });
});
