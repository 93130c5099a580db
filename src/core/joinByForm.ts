import { answer } from './budget.ts';
import type { Decision, Given } from './decision.ts';
import { resumeMail } from './mailCommands.ts';
import { joined, type LinkedJoin, linkTurn } from './mailLinks.ts';
import type { MailSnapshot } from './mailTurn.ts';
import type { Member } from './member.ts';
import { liftStops, lineOf } from './membership.ts';
import type { Snapshot } from './snapshot.ts';
import { closeTurn, consent } from './turn.ts';

/** What somebody wrote on a book's join page, once their address is proven by a code or a link. */
export type ProvenForm = {
  name: string;
  /** What they said yes to, word for word; '' = they came back, and have read it before (S3-16). */
  wording: string;
};

/** What stands in the ledger where no consent was shown. */
const CAME_BACK = 'code: join';

/** One book of the number as the owner of a phone meets it, as the links know a world. null: the book is not there. */
export function phoneWorld(snapshot: Snapshot, bookId: string): MailSnapshot | null {
  const view = snapshot.books.find(({ book }) => book.id === bookId);
  if (view === undefined) return null;
  return { snapshot, view, alwaysConfirms: false, paused: null, ownAddresses: [], openConfirms: 0 };
}

/** Was this address in the book, in whatever way? A code for coming back goes to nobody else. */
export const isKnown = ({ view }: Pick<MailSnapshot, 'view'>): boolean => view.members.length > 0 || view.stop !== null;

/** The words stand in the ledger; the name on a new row, and in what functionaries read of a request. */
function formTurn(at: MailSnapshot, address: string, { name, wording }: ProvenForm, given: Given) {
  const view = { ...at.view, saidName: name };
  const books = at.snapshot.books.map((each) => (each.book.id === view.book.id ? view : each));
  const world = { ...at, view, snapshot: { ...at.snapshot, books } };
  const opened = linkTurn(world, address, 'START', given);
  const turn = { ...opened, inbound: { ...opened.inbound, text: wording === '' ? CAME_BACK : wording } };
  return { world, turn };
}

/** The same rules as START by SMS: B-1, B-4 to B-7, B-10; banned and refused stay neutral. */
export function decideJoinByForm(at: MailSnapshot, address: string, form: ProvenForm, given: Given): LinkedJoin {
  const { world, turn } = formTurn(at, address, form, given);
  return joined(world, turn);
}

/**
 * The mail address that somebody gave beside their number: its own link was used, so it joins the row of the phone that
 * proved itself before. `at` is the address's own world, where nobody has it yet.
 */
export function decideAddMail(
  at: MailSnapshot,
  mail: string,
  member: Member,
  form: ProvenForm,
  given: Given,
): { outcome: 'joined' | 'requested'; decision: Decision } {
  const { world, turn } = formTurn({ ...at, view: { ...at.view, members: [member] } }, mail, form, given);
  const { view } = world;
  resumeMail({ turn, world });
  turn.changes.push({ do: 'add_mail', member, mail });
  const waits = member.status === 'pending';
  // Their own act, with the address's own link: nobody else could have brought it back (S3-14).
  if (view.stop !== null) turn.changes.push(...liftStops('book', view.book.id, [mail]));
  if (world.snapshot.stopOnNumber !== null)
    turn.changes.push(...liftStops('number', lineOf(mail, world.snapshot), [mail]));
  consent(turn, view, waits ? 'requested' : 'joined', 'B-1');
  const reply = { key: waits ? 'joinRequested' : 'joined', params: { book: view.book.smsName } } as const;
  answer(turn, view, reply, 'confirmation', waits ? {} : { kind: 'joined' });
  return { outcome: waits ? 'requested' : 'joined', decision: closeTurn(turn, { rule: 'B-1', kind: 'join', view }) };
}
