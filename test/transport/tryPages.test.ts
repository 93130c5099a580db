import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isPageKey } from '../../src/i18n/pages/index.ts';
import { bookRow, inboundRow, memberRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

const ANNA = '+46701740603';
const plain = (html: string) =>
  html
    .replace(/^[\s\S]*<main/, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the keyword bench', () => {
  let world: ToolboxWorld;
  let admin: Client;
  beforeAll(async () => {
    world = await toolboxWorld();
    admin = await world.as('admin');
    await world.add(
      { add: 'members', row: memberRow({ id: 'm1', phone: ANNA, name: 'Anna Ek' }), exists: 'stale' },
      { add: 'functionaries', row: { bookId: 'book1', address: '+46701740610' }, exists: 'stale' },
      { add: 'functionaries', row: { bookId: 'book1', address: 'bo@example.se' }, exists: 'stale' },
    );
  });
  afterAll(() => world?.close());
  const tried = (fields: Record<string, string>, client = admin) => client.post('/books/p12/try', fields);

  test('a blank page asks for a text, and says that nothing is sent', async () => {
    const page = await admin.get('/books/p12/try');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Vad skulle hända?');
    expect(page.text).toContain('Inget skickas och inget ändras.');
  });

  test.each<[string, Record<string, string>, string[]]>([
    ['a member stays', { text: 'START', who: 'member' }, ['Är redan med', 'Regel B-4', 'Du är nu med i P12']],
    ['a stranger joins', { text: '»start!«', who: 'stranger' }, ['Går med', 'Regel B-1', 'Läggs till som medlem']],
    ['who left comes back', { text: 'START', who: 'left' }, ['Regel B-6', 'Låset från när personen lämnade tas bort']],
    ['a member leaves', { text: 'Stopp tack', who: 'member' }, ['Lämnar', 'Regel B-12', 'bara personen själv']],
    ['who is not in is locked', { text: 'STOPP', who: 'stranger' }, ['Regel B-15', 'Numret låses för']],
    [
      'a member is heard by the functionaries',
      { text: 'När börjar det?', who: 'member' },
      ['Går till funktionärerna', 'Till funktionärerna (2)', 'Meddelande ej skickat', 'mejl', '+46701740699'],
    ],
    [
      'a writer writes to everyone, with header and footer',
      { text: 'Matchen flyttas till 18.', who: 'writer' },
      ['Går ut till alla', 'Regel B-20', '*P12* Matchen flyttas till 18.', 'Svara STOPP för att lämna'],
    ],
    ['a code is never a real one', { text: 'STOPP nu alla', who: 'writer' }, ['SÄND 0000', 'här står bara nollor']],
    ['a certain number', { text: 'START', who: 'number', number: '070-174 06 03' }, ['Regel B-4']],
    ['what looks like markup is text', { text: '<b>hej</b> du där', who: 'member' }, ['&lt;b&gt;hej']],
  ])('%s', async (_, fields, words) => {
    const page = await tried(fields);
    expect(page.status).toBe(200);
    for (const word of words) expect(page.text.includes(word) ? word : plain(page.text)).toContain(word);
  });

  test('a number that cannot be read is said beside the field', async () => {
    const page = await tried({ text: 'START', who: 'number', number: 'hej' });
    expect(page.status).toBe(422);
    expect(page.text).toContain('id="number-error"');
  });

  test('htmx gets the answer alone', async () => {
    const part = await admin.post('/books/p12/try', { text: 'START', who: 'stranger' }, { 'HX-Request': 'true' });
    expect(part.text).toContain('Går med');
    expect(part.text).not.toContain('<html');
  });

  test('nothing changes, whatever is tried', async () => {
    const before = await world.dump();
    for (const text of ['START', 'STOPP', 'HJÄLP', 'STOPP ALLT', 'Hej alla som ska med', 'x'.repeat(3000), '\0', ''])
      for (const who of ['member', 'stranger', 'writer', 'left', 'number', 'nobody'])
        expect((await tried({ text, who, number: ANNA })).status).toBe(200);
    expect(await world.dump()).toBe(before);
  });

  test('several books on the number: the others are named, and the keyword decides', async () => {
    await world.add(
      {
        add: 'books',
        row: bookRow({
          id: 'book2',
          address: 'p14',
          name: 'Föräldrar P14',
          smsName: 'P14',
          keyword: 'P14',
          main: false,
        }),
        exists: 'stale',
      },
      { change: 'books', where: { id: 'book1' }, set: { keyword: 'P12', version: 2 }, none: 'stale' },
    );
    const page = await tried({ text: 'START P14', who: 'stranger' });
    expect(page.text).toContain('Gäller Föräldrar P14');
    expect(page.text).toContain('Regel B-45');
  });

  test.each(['sender', 'viewer'] as const)('a %s does not look after the book', async (role) => {
    expect((await tried({ text: 'START', who: 'member' }, await world.as(role))).status).toBe(403);
  });

  test('every row that core names has its sentence', () => {
    const core = new URL('../../src/core/', import.meta.url);
    const rules = new Set(
      readdirSync(core)
        .filter((name) => name.endsWith('.ts'))
        .flatMap((name) => readFileSync(new URL(name, core), 'utf8').match(/'B-\d+'/g) ?? [])
        .map((quoted) => quoted.slice(1, -1)),
    );
    expect(rules.size).toBeGreaterThan(30);
    expect([...rules].filter((rule) => !isPageKey(`try.rule.${rule}`))).toEqual([]);
  });
});

describe('what a change would have done, before it is saved', () => {
  let world: ToolboxWorld;
  let admin: Client;
  beforeAll(async () => {
    world = await toolboxWorld();
    admin = await world.as('admin');
    const at = world.clock.now() - 86_400_000;
    const texts = [
      ['START', 'join', 'B-1'],
      ['Hej <b>alla</b>', 'forwarded', 'B-27'],
      ['SÄND 4821', 'answer', 'B-22'],
    ] as const;
    await world.add(
      ...texts.map(([text, kind, rule], no) => {
        const row = inboundRow({ id: `i${no}`, providerId: `SM${no}`, text, kind, rule, at: at - no, sender: ANNA });
        return { add: 'inbounds', row, exists: 'stale' } as const;
      }),
    );
  });
  afterAll(() => world?.close());
  const settings = async (edit: Record<string, string> = {}) => {
    const page = await admin.get('/books/p12/settings');
    const fields: Record<string, string> = { main: 'on', ...edit };
    for (const [, name = '', value = ''] of page.text.matchAll(
      /<input id="[^"]*" name="([^"]*)" type="[^"]*" value="([^"]*)"/g,
    ))
      fields[name] ??= value;
    for (const [, name = '', value = ''] of page.text.matchAll(
      /type="radio" id="[^"]*" name="([^"]*)" value="([^"]*)" checked/g,
    ))
      fields[name] ??= value;
    for (const [, name = '', value = ''] of page.text.matchAll(
      /<select id="[^"]*" name="([^"]*)"[\s\S]*?<option value="([^"]*)" selected/g,
    ))
      fields[name] ??= value;
    return fields;
  };
  const book = async () => (await world.store.reads.book('p12')) ?? bookRow();
  const hidden = (html: string) =>
    Object.fromEntries(
      [...html.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    );

  test('what would have been different is shown, and nothing is saved', async () => {
    const before = await world.dump();
    const page = await admin.post('/books/p12/settings', await settings({ approval: 'manual' }));
    expect(page.status).toBe(200);
    expect(page.text).toContain('Det här hade blivit annorlunda');
    expect(plain(page.text)).toContain('1 av 2 sms de senaste 90 dagarna. Inget är sparat än.');
    expect(plain(page.text)).toContain('Som det är: Går med → Med ändringen: Väntar på att släppas in');
    expect(page.text).toContain('SÄND med en kod: 1 sms');
    expect(await world.dump()).toBe(before);
  });

  test('"Ändra" leads back to the form as it was typed, "Spara ändå" saves it', async () => {
    const asked = await admin.post('/books/p12/settings', await settings({ approval: 'manual', header: 'Ny' }));
    const fields = hidden(asked.text);
    const again = await admin.post('/books/p12/settings', { ...fields, do: 'change' });
    expect(again.status).toBe(200);
    expect(again.text).toContain('value="manual" checked');
    expect(again.text).toContain('value="Ny"');
    expect((await book()).approval).toBe('automatic');
    const saved = await admin.post('/books/p12/settings', { ...fields, do: 'save' });
    expect([saved.status, saved.location]).toEqual([303, '/books/p12/settings']);
    expect(await book()).toMatchObject({ approval: 'manual', header: 'Ny' });
  });

  test('a book that changed meanwhile is looked at anew', async () => {
    const asked = await admin.post('/books/p12/settings', await settings({ approval: 'automatic' }));
    const fields = hidden(asked.text);
    await world.add({
      change: 'books',
      where: { id: 'book1' },
      set: { version: (await book()).version + 1 },
      none: 'stale',
    });
    const stale = await admin.post('/books/p12/settings', { ...fields, do: 'save' });
    expect(stale.status).toBe(200);
    expect(stale.text).toContain('Boken ändrades under tiden');
    expect((await book()).approval).toBe('manual');
    expect((await admin.post('/books/p12/settings', { ...hidden(stale.text), do: 'save' })).status).toBe(303);
    expect((await book()).approval).toBe('automatic');
  });

  test('nothing would have been different: it is saved at once, and the notice says so', async () => {
    const saved = await admin.post('/books/p12/settings', await settings({ confirm_above: '500' }));
    expect(saved.status).toBe(303);
    expect((await admin.get('/books/p12/settings')).text).toContain(
      'Inget av 2 sms de senaste 90 dagarna hade blivit annorlunda',
    );
    const other = await admin.post('/books/p12/settings', await settings({ header: 'Annat' }));
    expect(other.status).toBe(303);
    expect((await admin.get('/books/p12/settings')).text).toContain('Inställningarna är sparade');
  });

  test('a reply of its own shows both wordings, with what was typed kept as text', async () => {
    const text = 'Hej & välkommen till <P12>. STOPP lämnar.';
    const asked = await admin.post('/books/p12/replies', { reply: 'joined', text, do: 'save' });
    expect(asked.status).toBe(200);
    expect(asked.text).toContain('Går med, med ett annat svar');
    expect(asked.text).toContain('<ins>Hej &amp; välkommen till &lt;P12&gt;. STOPP lämnar.</ins>');
    const fields = { reply: 'joined', text, seen: hidden(asked.text).seen ?? '' };
    const back = await admin.post('/books/p12/replies', { ...fields, do: 'change' });
    expect(back.text).toContain('välkommen till &lt;P12&gt;');
    expect((await admin.post('/books/p12/replies', { ...fields, do: 'save' })).status).toBe(303);
    expect((await book()).replies.joined).toBe(text);
    const usual = await admin.post('/books/p12/replies', { reply: 'joined', text, do: 'usual' });
    expect(usual.text).toContain('name="do" value="usual"');
    expect((await admin.post('/books/p12/replies', { ...hidden(usual.text), text, do: 'usual' })).status).toBe(303);
    expect((await book()).replies.joined).toBeUndefined();
  });

  test('a reply that cannot stand is refused as before, and a forged mark saves nothing unseen', async () => {
    expect((await admin.post('/books/p12/replies', { reply: 'joined', text: 'Hej', do: 'save' })).status).toBe(422);
    const forged = await settings({ approval: 'manual', seen: 'book1.1' });
    expect((await admin.post('/books/p12/settings', forged)).text).toContain('Det här hade blivit annorlunda');
  });
});
