import { generateKeyPairSync } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import { freePort } from './kit/ports.mjs';
import { startScript, startServe } from './kit/processes.mjs';
import { scratch } from './kit/scratch.mjs';
import { takeTurns } from './kit/turns.mjs';
import { makeWorld, settings } from './kit/world.mjs';

const CONNECTIONS = 16;
const WARM_UP = 400;
const COUNT = 1_600;
const DOMAIN = 'example.se';
const LISTS = 'lists.example.org';

/** Mails of 1 KB to a list: proven, read, decided and on the disk before the 250, beside the bare libraries. */
export async function run({ runs, tell }) {
  const place = scratch('mailin');
  const template = place.make('template');
  await makeWorld(template);
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const zone = {
    [DOMAIN]: 'v=spf1 ip4:127.0.0.0/8 -all',
    [`_dmarc.${DOMAIN}`]: 'v=DMARC1; p=none',
    [`b._domainkey.${DOMAIN}`]: `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
  };
  const names = await startScript('kit/nameserver.mjs', { args: [JSON.stringify(zone)] });
  const nameserver = `127.0.0.1:${names.ready.port}`;
  const load = await startScript('kit/mailLoad.mjs');
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  let bytes = 0;

  const turn = (start) => async (number) => {
    const folder = place.copy(template);
    const { port, server } = await start(folder);
    const to = `p12@${LISTS}`;
    bytes = (await load.ask({ do: 'prepare', run: number, count: WARM_UP + COUNT, key, domain: DOMAIN, to })).bytes;
    await load.ask({ do: 'fire', port, connections: CONNECTIONS, count: WARM_UP });
    const { perSecond } = await load.ask({ do: 'fire', port, connections: CONNECTIONS, count: COUNT });
    await server.stop();
    return { perSecond, folder };
  };
  const ours = turn(async (folder) => {
    const port = await freePort();
    const env = settings(folder, { SMTP_PORT: String(port), LIST_DOMAIN: LISTS, DNS_SERVERS: nameserver });
    return { port, server: await startServe({ role: 'smtp', env }) };
  });
  const bare = turn(async () => {
    const server = await startScript('limits/mailIn.mjs', { args: [nameserver] });
    return { port: server.ready.port, server };
  });
  const given = await takeTurns(
    {
      startstopp: async (number) => {
        const { perSecond, folder } = await ours(number);
        checked(folder);
        place.drop(folder);
        return perSecond;
      },
      'bare libraries': async (number) => {
        const { perSecond, folder } = await bare(number);
        place.drop(folder);
        return perSecond;
      },
    },
    runs,
    tell,
  );
  load.stop();
  names.stop();
  return {
    title:
      'mails of 1 KB from strangers, proven, decided and durable before the 250, beside smtp-server + mailauth + mailparser',
    rows: [
      {
        ...{ what: 'mails taken', unit: 'a second', sides: given, ours: 'startstopp', limit: 'bare libraries' },
        goal: { atLeast: 0.5 },
      },
    ],
    facts: [],
    settings: {
      connections: CONNECTIONS,
      warmUp: WARM_UP,
      mails: COUNT,
      bytes,
      database: 'SQLite, WAL, synchronous=FULL',
    },
    notes: ['the bare side writes nothing; published before we began (design document 7): 367 a second on one core'],
  };
}

/** Every mail is there, proven, and was decided. */
function checked(folder) {
  const db = new Sqlite(`${folder}/startstopp.db`, { readonly: true });
  const proven = db.prepare("select count(*) from mails where json_extract(proof, '$.proven')").pluck().get();
  const decided = db.prepare("select count(*) from inbounds where door = 'mail' and rule is not null").pluck().get();
  db.close();
  if (proven !== WARM_UP + COUNT || decided !== proven) throw new Error(`${proven} proven, ${decided} decided`);
}
