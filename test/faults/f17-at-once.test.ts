import { expect } from '@jest/globals';
import { startPostgres } from '../kit/postgres.ts';
import { memberRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { promise } from './promise.ts';

const PHONE = '+46701740810';
const AT_ONCE = 20;

/** `servers`: web processes that share the database, by connections of their own. */
const settings = [
  { id: 'F17', where: 'SQLite, one server', postgres: false, servers: 1 },
  { id: 'F17', where: 'PostgreSQL, two servers', postgres: true, servers: 2 },
];

for (const { id, where, postgres: onPostgres, servers } of settings)
  promise(
    id,
    `approvals and refusals at once, and sends at once (${where}): one outcome, one broadcast`,
    async (long) => {
      const rounds = long ? 25 : 4;
      const postgres = onPostgres ? await startPostgres() : null;
      const url = await postgres?.database();
      const worlds: ToolboxWorld[] = [];
      try {
        for (let i = 0; i < servers; i++) worlds.push(await toolboxWorld(url ? { url } : {}));
        const first = worlds[0] as ToolboxWorld;
        const { reads } = first.store;
        await first.add({ add: 'members', row: memberRow({ id: 'm1', phone: '+46701740811' }), exists: 'stale' });
        const desks: Client[] = [];
        for (const [n, world] of worlds.entries()) {
          for (let i = 0; i < 2; i++) {
            const mail = `desk${n}${i}@example.se`;
            desks.push(await world.as('admin', { mail }));
            await world.add({
              add: 'writers',
              row: { bookId: 'book1', address: mail, alwaysConfirm: false },
              exists: 'stale',
            });
          }
        }
        const desk = (i: number): Client => desks[i % desks.length] as Client;
        let [outcomes, broadcasts] = [0, 0];
        for (let round = 0; round < rounds; round++) {
          const member = `p${round}`;
          await first.add({
            add: 'members',
            row: memberRow({ id: member, phone: PHONE, mail: `p${round}@example.se`, status: 'pending' }),
            exists: 'stale',
          });
          const verdicts = await Promise.all(
            Array.from({ length: AT_ONCE }, (_, i) =>
              desk(i).post('/books/p12/pending', { [i % 2 ? 'refuse' : 'approve']: member }),
            ),
          );
          expect(verdicts.map(({ status }) => status)).toEqual(Array(AT_ONCE).fill(303));
          const { entries } = await reads.log('book1', 2_000);
          outcomes += entries.filter(({ details }) => details.member === member).length;

          // One person's confirmation page, sent off by every click of an impatient thumb, to whichever server answers.
          const text = `Runda ${round}`;
          const confirmation = await desk(0).post('/books/p12/write', { text });
          const form = /name="id" value="([^"]+)"/.exec(confirmation.text)?.[1] ?? '';
          const token = desk(0).cookies.get('session') ?? '';
          const thumbs = worlds.map((world) => Object.assign(world.stranger(), { csrf: desk(0).csrf }));
          for (const thumb of thumbs) thumb.cookies.set('session', token);
          const sent = await Promise.all(
            Array.from({ length: AT_ONCE }, (_, i) =>
              (thumbs[i % thumbs.length] as Client).post('/books/p12/send', { id: form, text }),
            ),
          );
          expect(sent.map(({ status }) => status)).toEqual(Array(AT_ONCE).fill(303));
          broadcasts += (await reads.broadcasts('book1', 500)).filter((each) => each.text === text).length;
        }
        expect([outcomes, broadcasts]).toEqual([rounds, rounds]);
        return {
          done: `${rounds} rounds of ${AT_ONCE} verdicts and ${AT_ONCE} sends at once, ${servers} server(s)`,
          figure: `outcomes ${outcomes} of ${rounds}, broadcasts ${broadcasts} of ${rounds}`,
        };
      } finally {
        for (const world of worlds) await world.close();
        await postgres?.stop();
      }
    },
  );
