import { applyFile } from '../../dist/app/apply.js';
import { openContext } from '../../dist/cli/context.js';
import { readConfig } from '../../dist/config.js';
import { addressKey, nameKey } from '../../dist/core/member.js';

/** The account that every bench uses. */
export const ACCOUNT_SID = `AC${'0123456789abcdef'.repeat(2)}`;
export const AUTH_TOKEN = 'bench-token';
export const PUBLIC_URL = 'https://sms.example.se';
export const NUMBER = '+46766861001';
export const WARM_NUMBER = '+46766861002';
/** Not among the members: what writers send does not come back to them. */
export const WRITER = '+46739000001';

/** Settings of an installation in `folder`, as environment. */
export const settings = (folder, more = {}) => ({
  DATABASE_URL: `file:${folder}/startstopp.db`,
  PUBLIC_URL,
  SECRET_KEY: 'a key for benches only',
  TWILIO_ACCOUNT_SID: ACCOUNT_SID,
  TWILIO_AUTH_TOKEN: AUTH_TOKEN,
  LOG_LEVEL: 'info',
  ...more,
});

const FILE = `
organisation: { name: Lunds IK, locale: sv, timezone: Europe/Stockholm, country: SE }
numbers:
  - { number: "${NUMBER}", provider: twilio, parts_per_second: 10000, provider_keywords: off }
  - { number: "${WARM_NUMBER}", provider: twilio, parts_per_second: 10000, provider_keywords: off }
books:
  - { name: Föräldrar P12, address: p12, number: "${NUMBER}", main: true, sms_name: P12, locale: sv,
      confirm_above: off, writers: ["${WRITER}"], functionaries: [] }
  - { name: Varmkörning, address: warm, number: "${WARM_NUMBER}", main: true, sms_name: Varm, locale: sv,
      confirm_above: off, writers: ["${WRITER}"], functionaries: [] }
`;

export const context = (folder) =>
  openContext({ config: readConfig(settings(folder, { LOG_LEVEL: 'warn' })), fresh: true });

/**
 * Makes an installation in `folder`: one book on each of two numbers, with so many active members (the second is for
 * warming up), and no pace limit; `byMail`: all of them have mail addresses and no phones. Returns the ids that the benches need.
 */
export async function makeWorld(folder, { members = 0, warm = 0, byMail = false } = {}) {
  const { store, ids, clock, keyed, log } = await context(folder);
  try {
    const applied = await applyFile(FILE, { store, ids, clock, keyed, log });
    if (!applied.ok) throw new Error(JSON.stringify(applied.errors));
    for (const number of await store.reads.numbers())
      await store.commit([
        { change: 'numbers', where: { id: number.id }, set: { partsPerSecond: 1_000_000 }, none: 'stale' },
      ]);
    const book = await store.reads.book('p12');
    const warmBook = await store.reads.book('warm');
    await addMembers(store, ids, clock, book.id, members, 1_000_000, undefined, byMail);
    await addMembers(store, ids, clock, warmBook.id, warm, 2_000_000, undefined, byMail);
    return { book, warmBook };
  } finally {
    await store.close();
  }
}

/** The number of member `n`: Swedish mobiles, one each. */
export const phone = (n) => `+4670${String(n).padStart(7, '0')}`;

/** The address of mail member `n`. */
export const mailOf = (n) => `anna.${n}@example.se`;

/** `nameOf`: the name of member `n` in the order in which they are made. `byMail`: a mail address and no phone. */
export async function addMembers(store, ids, clock, bookId, count, first, nameOf = (n) => `Anna ${n}`, byMail = false) {
  const PAGE = 2000;
  for (let done = 0; done < count; done += PAGE) {
    const steps = [];
    for (let i = done; i < Math.min(done + PAGE, count); i++) {
      const now = clock.now();
      const number = byMail ? null : phone(first + i);
      const mail = byMail ? mailOf(first + i) : null;
      const row = {
        ...{ id: ids.next(now), bookId, phone: number, mail, addressKey: addressKey(number, mail) },
        ...{ name: nameOf(i), nameKey: nameKey(nameOf(i)), labels: [], fields: {}, status: 'active' },
        ...{ since: now, pausedUntil: null, via: 'both', otherPhone: null, leftAt: null, createdAt: now, version: 1 },
      };
      steps.push({ add: 'members', row, exists: 'stale' });
    }
    const result = await store.commit(steps);
    if (result !== 'done') throw new Error(result);
  }
}

export const HEADER = '*P12*';
export const FOOTER = 'Svara STOPP för att lämna.';
export const TEXT = 'Matchen på lördag flyttas till klockan 18. Samling vid hallen en timme innan.';

/** A broadcast as a writer's text would have made it, about to fan out. */
export function broadcastRow(book, id, now) {
  const { id: bookId, organisationId, numberId } = book;
  return {
    ...{ id, organisationId, bookId, numberId, door: 'cli', status: 'sending', writer: WRITER, text: TEXT },
    ...{ header: HEADER, footer: FOOTER, parts: 1, dueAt: now, latestAt: now + 4 * 3_600_000, fanCursor: '' },
    ...{ pausedFor: null, userId: null, sender: null, audience: null, reports: 'never' },
    ...{ subject: null, mailId: null },
    ...{ createdAt: now, finishedAt: null, version: 1 },
  };
}

/** Starts a broadcast to a whole book in an installation that may be running. */
export async function startBroadcast({ store, ids, clock }, book) {
  const now = clock.now();
  const id = ids.next(now);
  const result = await store.commit([{ add: 'broadcasts', row: broadcastRow(book, id, now), exists: 'stale' }]);
  if (result !== 'done') throw new Error(result);
  return id;
}
