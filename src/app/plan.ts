import type { Book } from '../core/book.ts';
import { type ConsentEvent, type ConsentPerson, personalText } from '../core/consent.ts';
import type { Crisis, RollCall } from '../core/crisis.ts';
import type { Change, Outgoing } from '../core/decision.ts';
import { type DeliveryKind, type NewDelivery, queuedDelivery } from '../core/delivery.ts';
import { CODE_MS } from '../core/joinForm.ts';
import { WORDING_VERSION } from '../core/keywords.ts';
import { isMailAddress, mailLine } from '../core/mail.ts';
import { addressKey, nameKey } from '../core/member.ts';
import type { Ids, Keyed } from '../ports/clock.ts';
import type { Plan, Step } from '../ports/store.ts';
import { approvalsAsked } from './approvalLetters.ts';
import { render } from './render.ts';

/** From decided changes to guarded steps: the one place where a decision becomes rows. */
export type PlanContext = {
  now: number;
  ids: Ids;
  keyed: Keyed;
  organisationId: string;
  numberId: string;
  door: ConsentEvent['door'];
  /** The inbound that caused it; null for commands and the clock. */
  inboundId: string | null;
  /** The provider's id of the text, for the ledger's evidence; '' for commands. */
  providerId: string;
  actor: string;
  /** Of the words that a person agreed or refused to; the keywords' own where they wrote them themselves. */
  wording?: string;
};

/** NUL is the one character that PostgreSQL's text cannot hold; its picture stands for it, on both databases alike. */
export const storable = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '\u2400') : text);

/** How long a reply or notice is worth sending. A confirmation of leaving matters longer than a hint. */
const LATEST_MS: Record<Exclude<DeliveryKind, 'copy'>, number> = {
  joined: 24 * 3_600_000,
  left: 24 * 3_600_000,
  answer: 4 * 3_600_000,
  notice: 24 * 3_600_000,
  code: CODE_MS,
};

/** Steps for what is decided, changes first: a guard that fails should fail early. */
export function planOf(changes: readonly Change[], outgoing: readonly Outgoing[], context: PlanContext): Step[] {
  const steps: Step[] = [];
  for (const change of changes) steps.push(...stepsOf(change, context));
  const asked = approvalsAsked(steps, outgoing, context);
  steps.push(...asked.tokens);
  steps.push(...deliverySteps(asked.outgoing, context));
  return steps;
}

/** Into the outbox; what goes to nobody is left out, and what was said once is not said again. */
export function deliverySteps(outgoing: readonly Outgoing[], context: Parameters<typeof deliveryOf>[1]): Step[] {
  return outgoing.flatMap((one): Step[] => {
    const row = deliveryOf(one, context);
    return row ? [{ add: 'deliveries', row, exists: 'ignore' }] : [];
  });
}

/** The row that the worker will send, on the number or on the organisation's mail line; null: to nobody. */
export function deliveryOf(
  outgoing: Outgoing,
  context: Pick<PlanContext, 'now' | 'organisationId' | 'numberId' | 'inboundId'>,
): NewDelivery | null {
  const byMail = isMailAddress(outgoing.to);
  if (!byMail && !outgoing.to.startsWith('+')) return null;
  const { text, parts, letter } = render(outgoing);
  return queuedDelivery(
    {
      kind: outgoing.kind,
      organisationId: context.organisationId,
      numberId: byMail ? mailLine(context.organisationId) : context.numberId,
      bookId: outgoing.bookId,
      inboundId: context.inboundId,
      address: outgoing.to,
      text: storable(text),
      parts,
      letter,
      latestAt: context.now + LATEST_MS[outgoing.kind],
      onceKey: outgoing.onceKey ?? null,
    },
    context.now,
  );
}

function stepsOf(change: Change, context: PlanContext): Plan {
  const { now, ids, keyed } = context;
  switch (change.do) {
    case 'create_member':
      return [
        {
          add: 'members',
          exists: 'stale',
          row: {
            id: ids.next(now),
            bookId: change.bookId,
            phone: change.phone,
            mail: change.mail,
            addressKey: addressKey(change.phone, change.mail),
            name: change.name,
            nameKey: nameKey(change.name),
            labels: [],
            fields: {},
            status: change.status,
            since: now,
            pausedUntil: null,
            via: 'both',
            otherPhone: null,
            leftAt: change.leftAt,
            createdAt: now,
            version: 1,
          },
        },
      ];
    case 'set_member':
      return [
        {
          change: 'members',
          where: { id: change.member.id, version: change.member.version },
          set: {
            status: change.status,
            since: now,
            pausedUntil: change.pausedUntil ?? null,
            leftAt: change.leftAt === undefined ? change.member.leftAt : change.leftAt,
            version: change.member.version + 1,
          },
          none: 'stale',
        },
      ];
    case 'add_mail':
      return [
        {
          change: 'members',
          where: { id: change.member.id, version: change.member.version },
          set: {
            mail: change.mail,
            addressKey: addressKey(change.member.phone, change.mail),
            version: change.member.version + 1,
          },
          none: 'stale',
        },
      ];
    case 'stop':
      return [
        {
          add: 'stops',
          exists: 'ignore',
          row: {
            scope: change.scope,
            scopeId: change.scopeId,
            addressHash: keyed.addressHash(change.address),
            address: change.address,
            since: now,
            how: change.how,
          },
        },
      ];
    case 'lift_stop':
      return [
        {
          remove: 'stops',
          where: { scope: change.scope, scopeId: change.scopeId, addressHash: keyed.addressHash(change.address) },
        },
      ];
    case 'cancel_copies':
      return [
        {
          cancelCopies: {
            numberId: context.numberId,
            bookId: change.bookId,
            address: change.address,
            reason: 'left',
            at: now,
          },
        },
      ];
    case 'consent':
      return consentSteps(change, context);
    case 'create_broadcast':
      return [
        {
          add: 'broadcasts',
          exists: 'stale',
          row: {
            id: change.id,
            organisationId: context.organisationId,
            bookId: change.book.id,
            numberId: change.book.numberId,
            door: change.door,
            status: change.status,
            writer: change.writer,
            text: change.text,
            header: change.header,
            footer: change.footer,
            parts: change.parts,
            dueAt: change.dueAt,
            latestAt: change.latestAt,
            fanCursor: '',
            pausedFor: null,
            userId: null,
            sender: null,
            audience: null,
            reports: 'never',
            subject: change.mail?.subject ?? null,
            mailId: change.mail?.mailId ?? null,
            createdAt: now,
            finishedAt: null,
            version: 1,
          },
        },
      ];
    case 'release_broadcast':
      return [
        {
          change: 'broadcasts',
          where: { id: change.id, version: change.version, status: 'held' },
          set: { status: 'sending', dueAt: change.dueAt, latestAt: change.latestAt, version: change.version + 1 },
          none: 'stale',
        },
      ];
    case 'expire_broadcast':
      return [
        {
          change: 'broadcasts',
          where: { id: change.id, version: change.version, status: 'held' },
          set: { status: 'expired', fanCursor: null, finishedAt: now, version: change.version + 1 },
          none: 'stale',
        },
      ];
    case 'set_storm':
      return [setBook(change.book, { storm: change.storm })];
    case 'start_crisis':
      return crisisSteps(change, context);
    case 'end_crisis':
      return crisisEndSteps(change, context);
    case 'roll_answer': {
      const { rollCallId, memberId, answer } = change;
      const said = { answer, text: storable(change.text), at: now };
      return [
        { add: 'rollAnswers', row: { rollCallId, memberId, ...said }, exists: 'ignore' },
        { change: 'rollAnswers', where: { rollCallId, memberId }, set: said, none: 'ignore' },
      ];
    }
    case 'create_token':
      return [{ add: 'tokens', row: change.token, exists: 'stale' }];
    case 'log':
      return [logStep(change.bookId, change.event, change.details, context)];
  }
}

type CrisisContext = Pick<PlanContext, 'now' | 'ids' | 'organisationId' | 'actor' | 'door'>;

/** One crisis at a time: the book's version says that nobody else has begun one since it was read. */
export function crisisSteps(
  { book, crisis, remindAt, recipients }: Omit<Extract<Change, { do: 'start_crisis' }>, 'do'>,
  context: CrisisContext,
): Plan {
  const { rollCallId: id, since: startedAt, until: endsAt } = crisis;
  const { organisationId, door } = context;
  const hours = Math.round(((endsAt - startedAt) / 3_600_000) * 100) / 100;
  return [
    setBook(book, { crisis }),
    {
      add: 'rollCalls',
      exists: 'stale',
      row: {
        id,
        organisationId,
        bookId: book.id,
        broadcastId: id,
        startedAt,
        endsAt,
        remindAt,
        remindedAt: null,
        endedAt: null,
        version: 1,
      },
    },
    logStep(book.id, 'crisis_started', { roll_call: id, broadcast: id, door, hours, recipients }, context),
  ];
}

/** Until later: the roll call counts answers for as long. Both rows must be as they were read. */
export function crisisLongerSteps(
  {
    book,
    crisis,
    call,
  }: { book: Pick<Book, 'id' | 'version'>; crisis: Crisis; call: Pick<RollCall, 'id' | 'version'> },
  context: CrisisContext,
): Plan {
  const { until } = crisis;
  return [
    setBook(book, { crisis }),
    {
      change: 'rollCalls',
      where: { id: call.id, version: call.version, endedAt: null },
      set: { endsAt: until, version: call.version + 1 },
      none: 'stale',
    },
    logStep(
      book.id,
      'crisis_lengthened',
      { roll_call: call.id, door: context.door, until: new Date(until).toISOString() },
      context,
    ),
  ];
}

/** Before its time: the book is as before at once, and housekeeping closes the roll call. */
export function crisisEndSteps(
  { book, rollCallId }: Pick<Extract<Change, { do: 'end_crisis' }>, 'book' | 'rollCallId'>,
  context: CrisisContext,
): Plan {
  return [
    setBook(book, { crisis: null }),
    { change: 'rollCalls', where: { id: rollCallId, endedAt: null }, set: { endsAt: context.now }, none: 'ignore' },
    logStep(book.id, 'crisis_stopped', { roll_call: rollCallId, door: context.door }, context),
  ];
}

/** What is on in the book, if nobody has changed the book since it was read. */
export const setBook = (
  { id, version }: Pick<Book, 'id' | 'version'>,
  set: Partial<Pick<Book, 'storm' | 'crisis'>>,
): Step => ({ change: 'books', where: { id, version }, set: { ...set, version: version + 1 }, none: 'stale' });

/** One line in a book's log. Details carry ids and counts, never a number or a text. */
export function logStep(
  bookId: string | null,
  event: string,
  details: Record<string, string | number | boolean | null>,
  context: Pick<PlanContext, 'now' | 'ids' | 'organisationId' | 'actor'>,
): Step {
  return {
    add: 'logEntries',
    exists: 'ignore',
    row: {
      id: context.ids.next(context.now),
      at: context.now,
      organisationId: context.organisationId,
      bookId,
      actor: context.actor,
      event,
      details,
    },
  };
}

/** A ledger line and its erasable personal part; sealing chains it within seconds. */
export function consentEvent(
  change: Extract<Change, { do: 'consent' }>,
  context: Pick<PlanContext, 'now' | 'ids' | 'keyed' | 'organisationId' | 'door' | 'providerId' | 'wording'>,
): { event: ConsentEvent; person: ConsentPerson } {
  const person: ConsentPerson = {
    eventId: context.ids.next(context.now),
    salt: context.ids.salt(),
    address: change.address,
    name: change.name,
    text: storable(change.text),
    providerId: context.providerId,
  };
  const event: ConsentEvent = {
    id: person.eventId,
    at: context.now,
    organisationId: context.organisationId,
    bookId: change.bookId,
    event: change.event,
    rule: change.rule,
    door: context.door,
    wordingVersion: context.wording ?? WORDING_VERSION,
    addressHash: context.keyed.addressHash(change.address),
    personalHash: context.keyed.digest(personalText(person)),
    chainNo: null,
    chainHash: null,
  };
  return { event, person };
}

function consentSteps(change: Extract<Change, { do: 'consent' }>, context: PlanContext): Plan {
  const { event, person } = consentEvent(change, context);
  return [
    { add: 'consentEvents', row: event, exists: 'stale' },
    { add: 'consentPersons', row: person, exists: 'stale' },
  ];
}
