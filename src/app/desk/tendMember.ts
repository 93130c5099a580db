import type { Book } from '../../core/book.ts';
import { LONGEST_NAME, type MarkProblem, readFields, readLabels, sameFields, tidied } from '../../core/marks.ts';
import { type Member, nameKey } from '../../core/member.ts';
import {
  decideMember,
  type MemberAct,
  type MemberActRefusal,
  type MemberPast,
  mayRemove,
} from '../../core/memberDesk.ts';
import { addressesOf } from '../../core/membership.ts';
import type { Step } from '../../ports/store.ts';
import { planOf } from '../plan.ts';
import { commitAtDesk, type Desk, type DeskDeps, deskLog } from './desk.ts';

export type Tended =
  | { ok: true; member: Member; changed: boolean }
  /** `changed`: others changed the row each time. */
  | { ok: false; why: MemberActRefusal | 'not_found' | 'changed' };

/** A member of this very book; another book's are not there. */
export async function memberOf(book: Pick<Book, 'id'>, id: string, { store }: Pick<DeskDeps, 'store'>) {
  const member = await store.reads.member(id);
  return member?.bookId === book.id ? member : null;
}

const LOG: Record<MemberAct, string> = {
  pause: 'member_paused',
  resume: 'member_resumed',
  ban: 'member_banned',
  unban: 'member_unbanned',
  remove: 'member_removed',
};

/** Pause (`until` ms, or null until somebody ends it), resume, ban, lift a ban, remove the row. */
export function tendMember(
  book: Book,
  id: string,
  act: MemberAct,
  until: number | null,
  by: Desk,
  deps: DeskDeps,
): Promise<Tended> {
  const log = deskLog(book.organisationId, by, deps);
  const plan = async (): Promise<{ answer: Tended; steps: readonly Step[] }> => {
    const member = await memberOf(book, id, deps);
    if (!member) return nothing('not_found');
    if (act === 'remove') {
      const may = mayRemove(member);
      if (!may.ok) return nothing(may.why);
      const { version } = member;
      const steps: Step[] = [
        // Removing has no guard of its own: somebody's STOPP in between must win.
        { change: 'members', where: { id, version }, set: { version: version + 1 }, none: 'stale' },
        { remove: 'members', where: { id } },
        log(book.id, LOG.remove, { member: id, before: member.status }),
      ];
      return { answer: { ok: true, member, changed: true }, steps };
    }
    const decision = decideMember(act, member, await pastOf(book, member, deps), until);
    if (!decision.ok) return nothing(decision.why);
    const context = {
      now: deps.clock.now(),
      ids: deps.ids,
      keyed: deps.keyed,
      organisationId: book.organisationId,
      numberId: book.numberId,
      door: by.door,
      inboundId: null,
      providerId: '',
      actor: by.actor,
    };
    return {
      answer: { ok: true, member: { ...member, status: decision.status }, changed: true },
      steps: [
        ...planOf(decision.changes, [], context),
        log(book.id, LOG[act], {
          member: id,
          before: member.status,
          after: decision.status,
          ...(act === 'pause' ? { until } : {}),
        }),
      ],
    };
  };
  return commitAtDesk(deps, plan, { ok: false, why: 'changed' });
}

const nothing = (why: MemberActRefusal | 'not_found'): { answer: Tended; steps: readonly Step[] } => ({
  answer: { ok: false, why },
  steps: [],
});

/** What binds this person: stops here and on the number, and what the ledger says of them in this book. */
export async function pastOf(book: Book, member: Member, { store, keyed }: Pick<DeskDeps, 'store' | 'keyed'>) {
  const hashes = addressesOf([member]).map((address) => keyed.addressHash(address));
  const [ofBook, ofNumber, history] = await Promise.all([
    store.reads.stops('book', book.id, hashes),
    store.reads.stops('number', book.numberId, hashes),
    store.reads.bookEvents(book.id, hashes),
  ]);
  return { stops: [...ofBook, ...ofNumber], history } satisfies MemberPast;
}

export type MemberForm = { name: string; labels: string; fields: readonly (readonly [string, string])[] };
export type MarkedPerson = { name: string; labels: string[]; fields: Record<string, string> };
export type FormProblem = { field: 'name' | 'labels' | 'fields'; why: MarkProblem };

/** Name, labels and fields as somebody typed them. */
export function readMarks(form: MemberForm): MarkedPerson & { problems: FormProblem[] } {
  const name = tidied(form.name);
  const labels = readLabels(form.labels);
  const fields = readFields(form.fields);
  const problems: FormProblem[] = [];
  if (name.length > LONGEST_NAME) problems.push({ field: 'name', why: 'name_long' });
  if (labels.problem) problems.push({ field: 'labels', why: labels.problem });
  if (fields.problem) problems.push({ field: 'fields', why: fields.problem });
  return { name, labels: labels.labels, fields: fields.fields, problems };
}

/**
 * Name, labels and fields; a number or mail address is never changed, for another one is another consent. Who left is
 * locked as a whole (S3-14).
 */
export function editMember(book: Book, id: string, marks: MarkedPerson, by: Desk, deps: DeskDeps): Promise<Tended> {
  const log = deskLog(book.organisationId, by, deps);
  const plan = async (): Promise<{ answer: Tended; steps: readonly Step[] }> => {
    const member = await memberOf(book, id, deps);
    if (!member) return nothing('not_found');
    if (member.status === 'unsubscribed') return nothing('left');
    const { name, labels, fields } = marks;
    const what = [
      ...(name === member.name ? [] : ['name']),
      ...(labels.join('\n') === member.labels.join('\n') ? [] : ['labels']),
      ...(sameFields(fields, member.fields) ? [] : ['fields']),
    ];
    if (what.length === 0) return { answer: { ok: true, member, changed: false }, steps: [] };
    const set = {
      name,
      nameKey: nameKey(name),
      labels: [...labels],
      fields: { ...fields },
      version: member.version + 1,
    };
    return {
      answer: { ok: true, member: { ...member, ...set }, changed: true },
      steps: [
        { change: 'members', where: { id, version: member.version }, set, none: 'stale' },
        // What, not which: the log holds no personal data.
        log(book.id, 'member_changed', {
          member: id,
          what: what.join(' '),
          before: member.labels.length,
          after: labels.length,
        }),
      ],
    };
  };
  return commitAtDesk(deps, plan, { ok: false, why: 'changed' });
}
