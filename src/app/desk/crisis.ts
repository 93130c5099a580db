import type { User } from '../../core/account.ts';
import type { Book } from '../../core/book.ts';
import type { Composition, Preview } from '../../core/compose.ts';
import { CRISIS_HOURS, LONGER_HOURS, REMIND_MINUTES } from '../../core/crisis.ts';
import type { Outgoing } from '../../core/decision.ts';
import { EVERYBODY } from '../../core/draft.ts';
import { mayInBook } from '../../core/permissions.ts';
import { crisisBook, inCrisis } from '../../core/underCrisis.ts';
import { localClock } from '../../i18n/dates.ts';
import type { Step } from '../../ports/store.ts';
import { crisisEndSteps, crisisLongerSteps, crisisSteps, deliverySteps } from '../plan.ts';
import { type Composed, compose, type SendingDeps, type SendingPlace, sendingPlace, whyNotSend } from './composing.ts';
import { DESK_TRIES } from './desk.ts';
import { broadcastOf, isOurId } from './sendBroadcast.ts';

const HOUR = 3_600_000;

/** As it was confirmed. `id`: made when the confirmation was shown; it is the roll call's and the broadcast's. */
export type CrisisForm = { id: string; text: string; hours: number; remindMinutes: number };

export type CrisisOutcome =
  | { ok: true; rollCallId: string; already: false; recipients: number }
  /** One is on, begun by this very form or by somebody else a moment before; this form sent nothing more. */
  | { ok: true; rollCallId: string; already: true }
  | { ok: false; why: 'no_book' | 'role' | 'not_writer' | 'id' | 'hours' | 'changed' }
  | { ok: false; why: 'problems'; preview: Preview };

const composition = (text: string): Composition => ({
  text,
  audience: EVERYBODY,
  sender: null,
  reports: 'always',
  dueAt: null,
  latestAfterMs: null,
});

/** How it would go if it were started now: no header, no footer, no quiet hours. */
export const composeCrisis = (place: SendingPlace, text: string, by: User, deps: SendingDeps): Promise<Composed> =>
  compose({ ...place, book: crisisBook(place.book) }, composition(text), by.mail, deps);

const isWithin = (value: number, { least, most }: { least: number; most: number }): boolean =>
  Number.isInteger(value) && value >= least && value <= most;

/**
 * One press: a crisis and its broadcast in one transaction, or neither. However often it is pressed, and by however many at
 * once, the book's version lets one through; the others are led to it (F17). Only a writer may (S3-26): it goes to all.
 */
export async function startCrisis(book: Book, form: CrisisForm, by: User, deps: SendingDeps): Promise<CrisisOutcome> {
  if (!isOurId(form.id)) return { ok: false, why: 'id' };
  if (!isWithin(form.hours, CRISIS_HOURS) || !isWithin(form.remindMinutes, REMIND_MINUTES))
    return { ok: false, why: 'hours' };
  for (let tries = 0; tries < DESK_TRIES; tries++) {
    const [fresh, mine] = await Promise.all([deps.store.reads.bookById(book.id), deps.store.reads.rollCall(form.id)]);
    if (!fresh) return { ok: false, why: 'no_book' };
    // A reload of what was sent long ago starts nothing.
    if (mine) return mine.bookId === book.id ? begun(mine.id) : { ok: false, why: 'id' };
    const now = deps.clock.now();
    if (fresh.crisis && inCrisis(fresh, now)) return begun(fresh.crisis.rollCallId);
    const place = await sendingPlace(fresh, deps);
    if (!place) return { ok: false, why: 'no_book' };
    const why = whyNotSend(by, place);
    if (why) return { ok: false, why };
    const composed = await composeCrisis(place, form.text, by, deps);
    if (composed.preview.problems.length > 0) return { ok: false, why: 'problems', preview: composed.preview };
    const result = await deps.store.commit(stepsOf(place, form, by, composed, now, deps));
    if (result === 'done')
      return { ok: true, rollCallId: form.id, already: false, recipients: composed.preview.recipients };
  }
  return { ok: false, why: 'changed' };
}

const begun = (rollCallId: string): CrisisOutcome => ({ ok: true, rollCallId, already: true });

function stepsOf(
  place: SendingPlace,
  form: CrisisForm,
  by: User,
  composed: Composed,
  now: number,
  { ids }: SendingDeps,
): Step[] {
  const { book, organisation, functionaries } = place;
  const { recipients } = composed.preview;
  const until = now + form.hours * HOUR;
  const context = { now, ids, organisationId: organisation.id, actor: by.id, door: 'web' as const };
  const sent = { id: form.id, composition: composition(form.text), draftId: null };
  const clock = localClock(until, organisation.timezone, book.locale);
  const notices = functionaries
    .filter((to) => to !== by.mail)
    .map(
      (to): Outgoing => ({
        kind: 'notice',
        to,
        bookId: book.id,
        locale: book.locale,
        reply: { key: 'noticeCrisis', params: { book: book.smsName, count: recipients, clock } },
        onceKey: `crisis:${form.id}:${to}`,
      }),
    );
  const crisis = { rollCallId: form.id, since: now, until, by: by.id };
  return [
    ...crisisSteps({ book, crisis, remindAt: now + form.remindMinutes * 60_000, recipients }, context),
    { add: 'broadcasts', row: broadcastOf(place, sent, by, composed, now), exists: 'stale' },
    ...deliverySteps(notices, { ...context, numberId: book.numberId, inboundId: null }),
  ];
}

/**
 * Before its time. A writer may, and whoever looks after the book: it sends nothing to anybody. Housekeeping closes the
 * roll call, counts it in the log and tells the functionaries.
 */
export async function endCrisis(
  book: Book,
  rollCallId: string,
  by: User,
  deps: SendingDeps,
): Promise<'ended' | 'none' | 'denied' | 'changed'> {
  const writers = await deps.store.reads.writers(book.id);
  if (!mayInBook(by, 'settings') && whyNotSend(by, { writers }) !== null) return 'denied';
  for (let tries = 0; tries < DESK_TRIES; tries++) {
    const fresh = await deps.store.reads.bookById(book.id);
    const now = deps.clock.now();
    if (!fresh?.crisis || fresh.crisis.rollCallId !== rollCallId || !inCrisis(fresh, now)) return 'none';
    const context = { now, ids: deps.ids, organisationId: fresh.organisationId, actor: by.id, door: 'web' as const };
    const result = await deps.store.commit(crisisEndSteps({ book: fresh, rollCallId }, context));
    if (result === 'done') return 'ended';
  }
  return 'changed';
}

export type LongerOutcome =
  | { ok: true; until: number }
  /** `changed`: it no longer ends when the page said; pressed twice, it is lengthened once. */
  | { ok: false; why: 'changed'; until: number }
  | { ok: false; why: 'none' | 'denied' | 'hours' };

/** How much longer it may be made now, in hours. */
export const longerHours = (until: number, now: number): number[] =>
  LONGER_HOURS.filter((hours) => until + hours * HOUR <= now + CRISIS_HOURS.most * HOUR);

/** It goes on: all members may write for longer, so only who could start one may. Nobody is told, nothing is sent. */
export async function lengthenCrisis(
  book: Book,
  { rollCallId, until, hours }: { rollCallId: string; until: number; hours: number },
  by: User,
  deps: SendingDeps,
): Promise<LongerOutcome> {
  const { reads } = deps.store;
  if (whyNotSend(by, { writers: await reads.writers(book.id) }) !== null) return { ok: false, why: 'denied' };
  for (let tries = 0; tries < DESK_TRIES; tries++) {
    const [fresh, call] = await Promise.all([reads.bookById(book.id), reads.rollCall(rollCallId)]);
    const now = deps.clock.now();
    const { crisis } = fresh ?? {};
    if (!fresh || !call || crisis?.rollCallId !== rollCallId || !inCrisis(fresh, now))
      return { ok: false, why: 'none' };
    if (crisis.until !== until) return { ok: false, why: 'changed', until: crisis.until };
    if (!longerHours(until, now).includes(hours)) return { ok: false, why: 'hours' };
    const later = { ...crisis, until: until + hours * HOUR };
    const { organisationId } = fresh;
    const context = { now, ids: deps.ids, organisationId, actor: by.id, door: 'web' as const };
    const result = await deps.store.commit(crisisLongerSteps({ book: fresh, crisis: later, call }, context));
    if (result === 'done') return { ok: true, until: later.until };
  }
  // The book changes again and again; what the page showed is no longer so.
  return { ok: false, why: 'changed', until };
}
