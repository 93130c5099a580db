import { randomBytes, randomInt } from 'node:crypto';
import type { Book } from '../../core/book.ts';
import type { Outgoing } from '../../core/decision.ts';
import { isKnown, phoneWorld } from '../../core/joinByForm.ts';
import { CODE_MS, CODE_TRIES, type JoinForm, LINK_MS } from '../../core/joinForm.ts';
import { dayIn } from '../../core/localTime.ts';
import { mailLine } from '../../core/mail.ts';
import type { Keyed } from '../../ports/clock.ts';
import type { Step } from '../../ports/store.ts';
import { createTurns } from '../inTurn.ts';
import type { MailDeps } from '../mailDeps.ts';
import { deliveryOf } from '../plan.ts';
import { untilFresh } from '../untilFresh.ts';
import { type AskedJoin, type AskProblem, readJoin, readReturn, type TypedJoin } from './asked.ts';
import { type JoinDoor, joinDoor, type SmsWay } from './door.ts';
import { countAsk } from './limits.ts';

export type Asked =
  /** Whether a code is on its way is not said: that would tell who is in the book, or has left it. */
  | { ok: true; by: 'code'; formId: string; to: string }
  | { ok: true; by: 'link'; to: string }
  | { ok: false; why: 'form'; problems: AskProblem[] }
  /** Too many have been asked for (core/codeBrake.ts); START by SMS remains. */
  | { ok: false; why: 'limit'; ms: number }
  | { ok: false; why: 'busy' };

/** `back`: they were in the book before, and give the number alone (S3-16). */
export type Asking = { typed: TypedJoin; back: boolean; ip: string };

const inTurn = createTurns();

/**
 * A form on `/join/<book>` is handed in: what was typed must be proven, by a six-digit code or a link. Where the page is
 * closed, only whoever was in the book gets a code; nobody is told which. The answer is the same for everybody, and so is
 * what is done for it, but for the message itself.
 */
export async function askToJoin(address: string, asking: Asking, deps: MailDeps): Promise<Asked> {
  const door = await joinDoor(address, deps.store);
  const back = asking.back || !door.isOpen;
  const read = await readAsking(door, { ...asking, back }, deps);
  if (!read.ok) return { ok: false, why: 'form', problems: read.problems };
  const { asked } = read;
  return inTurn(address, async () => {
    const result = await untilFresh(
      () => askOnce(address, door, { ...asking, back }, asked, deps),
      deps.log,
      'a join page met changed counts each time',
    );
    return result === 'busy' ? { ok: false, why: 'busy' } : result;
  });
}

async function readAsking(door: JoinDoor, { typed, back }: Asking, { store, listDomain }: MailDeps) {
  const own = { numbers: new Set((await store.reads.numbers()).map(({ e164 }) => e164)), listDomain };
  if (door.isOpen) {
    const countries = [door.way.organisation.country];
    return back ? readReturn(typed, countries, own) : readJoin(typed, door.page, countries, own);
  }
  // Which organisation's it would be must not show in how numbers are read.
  const countries = (await store.reads.organisations()).map(({ country }) => country);
  return readReturn(typed, [...new Set(countries)], own);
}

async function askOnce(
  address: string,
  door: JoinDoor,
  { back, ip }: Asking,
  asked: AskedJoin,
  deps: MailDeps,
): Promise<Exclude<Asked, { why: 'busy' }> | 'stale'> {
  const now = deps.clock.now();
  const to = asked.phone ?? asked.mail ?? '';
  const wording = back || !door.isOpen ? '' : door.page.consent;
  const again = door.isOpen ? await sameForm(door.book, asked, wording, now, deps) : null;
  if (again)
    return asked.phone === null ? { ok: true, by: 'link', to } : { ok: true, by: 'code', formId: again.id, to };
  const { ms, steps } = await countAsk({ address: to, ip, book: address }, now, deps);
  if (ms > 0) return { ok: false, why: 'limit', ms };
  const formId = deps.ids.next(now);
  const { book, way } = door;
  if (book === null || way === null) {
    if ((await deps.store.commit(steps)) === 'stale') return 'stale';
    return { ok: true, by: 'code', formId, to };
  }
  const form = { id: formId, bookId: book.id, ...asked, wording, triesLeft: CODE_TRIES, createdAt: now, usedAt: null };
  if (asked.phone === null) {
    const linked = linkSteps({ ...form, expiresAt: now + LINK_MS }, book, to, now, deps);
    const added: Step = {
      add: 'joinForms',
      row: { ...form, digest: linked.id, expiresAt: now + LINK_MS },
      exists: 'stale',
    };
    return (await deps.store.commit([...steps, added, ...linked.steps])) === 'stale'
      ? 'stale'
      : { ok: true, by: 'link', to };
  }
  return (await codeFor({ ...form, phone: asked.phone, expiresAt: now + CODE_MS }, book, way, steps, deps))
    ? { ok: true, by: 'code', formId, to }
    : 'stale';
}

/** Posted twice within this, it is one ask: both answers then take the one code that was sent. */
const TWICE_MS = 60_000;

async function sameForm(book: Book, asked: AskedJoin, wording: string, now: number, { store }: MailDeps) {
  const forms = await store.reads.joinFormsOf(book.id, asked.phone ?? asked.mail ?? '', now - TWICE_MS);
  return forms.find(
    (form) =>
      form.phone === asked.phone &&
      form.mail === asked.mail &&
      form.name === asked.name &&
      form.wording === wording &&
      form.triesLeft > 0 &&
      form.expiresAt > now,
  );
}

/** The form is kept for everybody, known or not; the code goes out where it may. */
async function codeFor(
  form: Omit<JoinForm, 'digest'> & { phone: string },
  book: Book,
  way: SmsWay,
  counted: readonly Step[],
  deps: MailDeps,
): Promise<boolean> {
  const { store, keyed } = deps;
  const now = form.createdAt;
  const { phone } = form;
  const snapshot = await store.reads.snapshot(way.number.e164, phone, keyed.addressHash(phone), { quotes: false, now });
  const world = snapshot && phoneWorld(snapshot, book.id);
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const mayKnow = world !== null && (form.wording !== '' || isKnown(world));
  const spent = mayKnow ? await reserve(way, now, deps) : null;
  const sends = mayKnow && spent !== 'none';
  const delivery = sends ? codeDelivery(book, way, form, code, now) : null;
  // A code that nobody was sent fits no digest.
  const digest = codeDigest(form.id, delivery ? code : randomBytes(16).toString('hex'), keyed);
  const result = await store.commit([
    ...counted,
    { add: 'joinForms', row: { ...form, digest }, exists: 'stale' },
    ...(delivery ? [{ add: 'deliveries', row: delivery, exists: 'ignore' } as const] : []),
  ]);
  if (result === 'stale' && spent !== null && spent !== 'none')
    await store.outbox.returnSpend(spent.organisationId, spent.day, 1);
  return result !== 'stale';
}

export const codeDigest = (formId: string, code: string, { mac }: Pick<Keyed, 'mac'>): string =>
  mac(`join code ${formId} ${code}`);

/** By this key the text of the code is found again, and taken away when it has run out (app/join/tidy.ts). */
export const codeKey = (formId: string): string => `code:${formId}`;

/** What the phone gets; `code` as digits, or hidden. */
export const codeOutgoing = (book: Book, to: string, code: string): Outgoing => ({
  kind: 'code',
  to,
  bookId: book.id,
  locale: book.locale,
  reply: { key: 'joinCode', params: { book: book.smsName, code } },
});

const codeDelivery = (book: Book, { number }: SmsWay, form: { id: string; phone: string }, code: string, now: number) =>
  deliveryOf(
    { ...codeOutgoing(book, form.phone, code), onceKey: codeKey(form.id) },
    { now, organisationId: book.organisationId, numberId: number.id, inboundId: null },
  );

/** Codes count in the organisation's cost cap of the day, as a stranger may cause them. 'none': it is used up. */
async function reserve({ organisation }: SmsWay, now: number, { store }: MailDeps) {
  const { id: organisationId, dailyParts, timezone } = organisation;
  if (dailyParts === null) return null;
  const day = dayIn(timezone, now);
  const got = await store.outbox.reserveSpend(organisationId, day, 1, dailyParts);
  return got === 1 ? { organisationId, day } : 'none';
}

/** A link to a mail address that nobody has proven yet: one mail, and nothing more until it is used. */
export function linkSteps(
  form: Pick<JoinForm, 'id' | 'expiresAt'>,
  book: Book,
  mail: string,
  now: number,
  { ids, keyed, publicUrl }: Pick<MailDeps, 'ids' | 'keyed' | 'publicUrl'>,
): { id: string; steps: Step[] } {
  const secret = ids.salt();
  const id = keyed.digest(secret);
  const delivery = deliveryOf(
    {
      kind: 'code',
      to: mail,
      bookId: book.id,
      locale: book.locale,
      reply: { key: 'joinLink', params: { book: book.smsName, link: `${publicUrl}/mail-join/${secret}` } },
    },
    { now, organisationId: book.organisationId, numberId: mailLine(book.organisationId), inboundId: null },
  );
  const { expiresAt } = form;
  return {
    id,
    steps: [
      {
        add: 'tokens',
        exists: 'stale',
        row: {
          ...{ id, purpose: 'join', bookId: book.id, subjectId: form.id, address: mail },
          ...{ createdAt: now, expiresAt, usedAt: null },
        },
      },
      // The link holds for a day, and so does the mail: there may be no smarthost just now.
      ...(delivery
        ? [{ add: 'deliveries', row: { ...delivery, latestAt: expiresAt }, exists: 'ignore' } as const]
        : []),
    ],
  };
}
