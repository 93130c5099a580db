import type { User } from '../../core/account.ts';
import type { Book } from '../../core/book.ts';
import type { Broadcast } from '../../core/broadcast.ts';
import type { Composition, Preview } from '../../core/compose.ts';
import { isEverybody } from '../../core/draft.ts';
import { broadcastNotices } from '../../core/receipt.ts';
import type { Step } from '../../ports/store.ts';
import { deliverySteps, logStep, storable } from '../plan.ts';
import { type Composed, compose, type SendingDeps, type SendingPlace, sendingPlace, whyNotSend } from './composing.ts';

/** `id`: made when the confirmation was shown, so that a second click, a reload or a lost answer sends nothing twice (F17). */
export type SendForm = { id: string; composition: Composition; draftId: string | null };

export type SendOutcome =
  /** `again`: it was sent before by the same form. */
  | { ok: true; broadcast: Broadcast; again: boolean }
  | { ok: false; why: 'no_book' | 'role' | 'not_writer' | 'id' }
  | { ok: false; why: 'problems'; preview: Preview };

/** RFC 9562: what `ids.next` makes. */
const UUID7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
export const isOurId = (id: string): boolean => UUID7.test(id);

/**
 * Sends what was confirmed, now or when it is due. All that the confirmation showed is worked out again: somebody may
 * have left, and the form may have been changed on its way. A count that differs is as it should be (B-37).
 */
export async function sendBroadcast(book: Book, form: SendForm, by: User, deps: SendingDeps): Promise<SendOutcome> {
  if (!isOurId(form.id)) return { ok: false, why: 'id' };
  const known = await deps.store.reads.broadcast(form.id);
  if (known) return sameForm(known, book, by);
  const place = await sendingPlace(book, deps);
  if (!place) return { ok: false, why: 'no_book' };
  const why = whyNotSend(by, place);
  if (why) return { ok: false, why };
  const composed = await compose(place, form.composition, by.mail, deps);
  if (composed.preview.problems.length > 0) return { ok: false, why: 'problems', preview: composed.preview };

  const broadcast = broadcastOf(place, form, by, composed, deps.clock.now());
  const result = await deps.store.commit(stepsOf(place, broadcast, form, by, composed, deps));
  if (result === 'done') return { ok: true, broadcast, again: false };
  const first = await deps.store.reads.broadcast(form.id);
  return first ? sameForm(first, book, by) : { ok: false, why: 'id' };
}

const sameForm = (broadcast: Broadcast, book: Book, by: User): SendOutcome =>
  broadcast.bookId === book.id && broadcast.userId === by.id
    ? { ok: true, broadcast, again: true }
    : { ok: false, why: 'id' };

export function broadcastOf(
  { book, organisation }: SendingPlace,
  { id, composition }: SendForm,
  by: User,
  { preview }: Composed,
  now: number,
): Broadcast {
  const scheduled = composition.dueAt !== null && composition.dueAt > now;
  return {
    id,
    organisationId: organisation.id,
    bookId: book.id,
    numberId: book.numberId,
    door: 'web',
    status: scheduled ? 'scheduled' : 'sending',
    writer: by.mail,
    text: storable(preview.text),
    header: preview.header,
    footer: preview.footer,
    parts: preview.parts,
    dueAt: scheduled ? preview.dueAt : now,
    latestAt: preview.latestAt,
    fanCursor: '',
    pausedFor: null,
    userId: by.id,
    sender: preview.sender,
    audience: isEverybody(composition.audience) ? null : composition.audience,
    reports: composition.reports,
    subject: null,
    mailId: null,
    createdAt: now,
    finishedAt: null,
    version: 1,
  };
}

function stepsOf(
  { book, functionaries }: SendingPlace,
  broadcast: Broadcast,
  { draftId }: SendForm,
  by: User,
  { preview: { recipients, parts } }: Composed,
  deps: SendingDeps,
): Step[] {
  const { organisationId, status, createdAt: now } = broadcast;
  const scheduled = status === 'scheduled';
  const details = {
    broadcast: broadcast.id,
    recipients,
    parts,
    part_of_book: broadcast.audience !== null,
    due: broadcast.dueAt,
  };
  const place = { now, ids: deps.ids, organisationId, actor: by.id };
  const steps: Step[] = [
    { add: 'broadcasts', row: broadcast, exists: 'duplicate' },
    logStep(book.id, scheduled ? 'broadcast_scheduled' : 'broadcast_sent', details, place),
  ];
  // Templates stay; one's own draft has become the broadcast.
  if (draftId !== null)
    steps.push({ remove: 'drafts', where: { id: draftId, userId: by.id, bookId: book.id, kind: 'draft' } });
  if (!scheduled) steps.push(...noticeSteps(book, functionaries, broadcast, recipients, now));
  return steps;
}

/** T-7: functionaries hear that a broadcast goes out; once, however often it is started. */
export function noticeSteps(
  book: Book,
  functionaries: readonly string[],
  broadcast: Pick<Broadcast, 'id' | 'organisationId' | 'numberId' | 'text' | 'writer'>,
  recipients: number,
  now: number,
): Step[] {
  const context = {
    now,
    organisationId: broadcast.organisationId,
    numberId: broadcast.numberId,
    inboundId: null,
  };
  return deliverySteps(broadcastNotices(book, functionaries, broadcast, recipients), context);
}
