import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

const ORG = {
  name: 'Lunds IK',
  locale: 'sv',
  timezone: 'Europe/Stockholm',
  country: 'SE',
  contact: '',
  daily_parts: '',
  second_step: 'chosen',
};
const NEW_NUMBER = { provider: 'simulator', parts_per_second: '10', provider_keywords: 'off' };

describe('an organisation and the installation', () => {
  let world: ToolboxWorld;
  let admin: Client;
  let operator: Client;
  beforeAll(async () => {
    world = await toolboxWorld();
    admin = await world.as('admin', { mail: 'chef@example.se' });
    operator = await world.as('operator', { mail: 'drift@example.se' });
  });
  afterAll(() => world?.close());
  const audit = async (organisationId = 'org1') =>
    (await world.store.reads.auditPage(organisationId, null, 50)).map(({ event, details, actor }) => ({
      event,
      details,
      actor,
    }));
  const userOf = (mail: string) => world.store.reads.userByMail(mail);

  test('its settings are changed with before and after', async () => {
    expect((await admin.get('/organisation')).text).toContain('value="Lunds IK"');
    const saved = await admin.post('/organisation', { ...ORG, contact: '046-12 34 56', daily_parts: '5 000' });
    expect([saved.status, saved.location]).toEqual([303, '/organisation']);
    expect(await world.store.reads.organisation('org1')).toMatchObject({ contact: '046-12 34 56', dailyParts: 5000 });
    expect(await audit()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          event: 'organisation_changed',
          details: { setting: 'daily_parts', before: null, after: 5000 },
          actor: admin.user?.id,
        }),
      ]),
    );
    const log = await admin.get('/organisation/log');
    expect(log.text).toContain('chef@example.se');
    expect(log.text).toContain('Ändrade: Högst så många sms-delar om dygnet');
  });

  test.each<[string, Record<string, string>, string]>([
    ['a name of another', { name: 'malmö ff' }, 'finns redan en organisation'],
    ['no such zone', { timezone: 'Lund' }, 'Skriv en tidszon'],
    ['no such country', { country: 'XX' }, 'Två bokstäver'],
    ['a cap that is no number', { daily_parts: 'många' }, 'Skriv ett heltal'],
  ])('%s is refused', async (_name, wrong, words) => {
    const page = await admin.post('/organisation', { ...ORG, ...wrong });
    expect([page.status, page.text.includes(words)]).toEqual([422, true]);
  });

  test('somebody is invited with a link that is shown once, and again when it is lost', async () => {
    const page = await admin.post('/organisation/users', { mail: 'Ny@Example.se', role: 'sender' });
    expect(page.text).toMatch(/value="http:\/\/localhost:8080\/password\/[\w-]{20,}"/);
    const user = await userOf('ny@example.se');
    expect(user).toMatchObject({ role: 'sender', organisationId: 'org1', passwordHash: null });
    const again = await admin.post(`/organisation/users/${user?.id}/link`);
    expect(again.text).toContain('/password/');
    expect((await admin.get('/organisation/users')).text).toContain('har inte valt lösenord än');
    expect(JSON.stringify(await audit())).not.toContain('ny@example.se');
  });

  test.each<[string, { mail: string; role: string }, string]>([
    ['no address', { mail: '', role: 'sender' }, 'Fyll i det här'],
    ['no mail', { mail: 'anna', role: 'sender' }, 'Skriv en mejladress'],
    ['somebody who is here', { mail: 'chef@example.se', role: 'viewer' }, 'finns redan bland användarna'],
    ['more than one has', { mail: 'x@example.se', role: 'operator' }, 'mer än du själv har'],
    ['no such role', { mail: 'x@example.se', role: 'king' }, 'Välj ett av alternativen'],
  ])('%s is not invited', async (_name, fields, words) => {
    const page = await admin.post('/organisation/users', fields);
    expect([page.status, page.text.includes(words)]).toEqual([422, true]);
  });

  test('a user elsewhere is refused without a word about them, and that somebody asked is kept', async () => {
    await world.as('viewer', { organisationId: 'org2', mail: 'annan@example.se', access: [] });
    const page = await admin.post('/organisation/users', { mail: 'annan@example.se', role: 'viewer' });
    expect([page.status, page.text.includes('kan inte läggas till här')]).toEqual([422, true]);
    expect(await audit()).toContainEqual({ event: 'user_not_added', details: {}, actor: admin.user?.id });
  });

  test('a role is changed, a user shut out at once and let in again', async () => {
    const viewer = await world.as('viewer', { mail: 'las@example.se' });
    const path = `/organisation/users/${viewer.user?.id}`;
    expect((await admin.post(path, { do: 'role', role: 'sender' })).status).toBe(303);
    expect((await userOf('las@example.se'))?.role).toBe('sender');
    expect((await viewer.get('/books/p12/log')).status).toBe(200);
    expect((await admin.post(path, { do: 'disable' })).status).toBe(303);
    expect((await viewer.get('/books/p12/log')).status).toBe(303);
    expect((await admin.post(`${path}/link`)).status).toBe(403);
    expect((await admin.post(path, { do: 'enable' })).status).toBe(303);
    expect((await userOf('las@example.se'))?.disabledAt).toBeNull();
    expect(await audit()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          event: 'role_changed',
          details: { user: viewer.user?.id, before: 'viewer', after: 'sender' },
        }),
      ]),
    );
  });

  test('nobody changes themselves, what is above them, another organisation’s user, or the last operator', async () => {
    const other = await world.as('viewer', { organisationId: 'org2', access: [] });
    const said = async (client: Client, userId: string | undefined, fields: Record<string, string>) => {
      const { status } = await client.post(`/organisation/users/${userId}`, fields);
      return status === 303 ? (await client.get('/organisation/users')).text : String(status);
    };
    expect(await said(admin, admin.user?.id, { do: 'disable' })).toContain('under Ditt konto');
    expect(await said(admin, operator.user?.id, { do: 'disable' })).toContain('mer än du själv har');
    expect(await said(admin, other.user?.id, { do: 'disable' })).toBe('404');
    expect((await admin.post(`/organisation/users/${other.user?.id}/link`)).status).toBe(404);
    expect((await admin.post(`/organisation/users/${operator.user?.id}/link`)).status).toBe(403);
    const second = await world.as('operator', { mail: 'drift2@example.se' });
    expect(await said(operator, second.user?.id, { do: 'role', role: 'admin' })).toContain(
      'drift2@example.se är ändrad',
    );
    expect((await userOf('drift2@example.se'))?.role).toBe('admin');
  });

  test('an operator makes an organisation, is in it, gives it a number, and goes back', async () => {
    expect((await operator.get('/installation')).text).toContain('Malmö FF');
    const made = await operator.post('/installation/organisations', { ...ORG, name: 'Ystads IF' });
    expect(made.status).toBe(303);
    expect((await operator.get('/installation')).text).toContain('Nummer hos Ystads IF');
    expect((await operator.post('/installation/numbers', { ...NEW_NUMBER, number: '0766-86 10 09' })).status).toBe(303);
    const number = (await world.store.reads.numbers()).find(({ e164 }) => e164 === '+46766861009');
    expect(number).toMatchObject({ provider: 'simulator', partsPerSecond: 10, providerKeywords: 'off' });
    const twice = await operator.post('/installation/numbers', { ...NEW_NUMBER, number: '+46766861009' });
    expect([twice.status, twice.text.includes('finns redan')]).toEqual([422, true]);
    const wrong = await operator.post('/installation/numbers', { ...NEW_NUMBER, number: 'tolv' });
    expect([wrong.status, wrong.text.includes('går inte att läsa')]).toEqual([422, true]);
    const changed = { ...NEW_NUMBER, parts_per_second: '20' };
    expect((await operator.post(`/installation/numbers/${number?.id}`, changed)).status).toBe(303);
    expect(
      (await operator.post(`/installation/numbers/${number?.id}`, { ...changed, parts_per_second: '0' })).status,
    ).toBe(422);
    expect((await operator.post('/installation/numbers/none', changed)).status).toBe(404);
    expect((await audit(number?.organisationId)).map(({ event }) => event)).toEqual(
      expect.arrayContaining(['organisation_created', 'number_added', 'number_changed']),
    );
    expect((await operator.post('/installation/switch', { organisation: 'org1' })).status).toBe(303);
    expect((await operator.get('/')).text).toContain('Föräldrar P12');
    expect((await operator.post('/installation/switch', { organisation: 'nope' })).status).toBe(404);
  });

  test.each(['/organisation', '/organisation/users', '/organisation/log', '/installation'])(
    '%s is closed to those below',
    async (path) => {
      const sender = await world.as('sender');
      expect((await sender.get(path)).status).toBe(403);
      expect((await world.stranger().get(path)).status).toBe(303);
      if (path === '/installation') expect((await admin.get(path)).status).toBe(403);
    },
  );
  test.each([
    '/installation/switch',
    '/installation/organisations',
    '/installation/numbers',
    '/installation/numbers/num1',
  ])('an admin does not post to %s', async (path) =>
    expect((await admin.post(path, { organisation: 'org2' })).status).toBe(403),
  );
});
