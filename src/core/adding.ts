import type { Stop } from './consent.ts';
import { sameFields } from './marks.ts';
import type { Member } from './member.ts';

/** A person as a file, a form or the API names them; addresses in their normal form. */
export type NewPerson = {
  phone: string | null;
  mail: string | null;
  /** '' = not named. */
  name: string;
  /** null = not named. */
  labels: readonly string[] | null;
  /** Set beside those that they have; missing = none named. */
  fields?: Readonly<Record<string, string>>;
};

/** What the book knows about the person's addresses. */
export type KnownAbout = {
  /** The book's rows at any of them. */
  members: readonly Member[];
  /** Of this book and of its number: they outlive the row, deleted or erased. */
  stops: readonly Stop[];
  /** Whether this file has named that row already. */
  seen: (member: Member) => boolean;
};

/** `asked`: a question about leaving waits for an answer (B-13), which the owner must not give. */
export type AddingRefusal = 'left' | 'banned' | 'asked';
type AddingChange = {
  phone?: string;
  mail?: string;
  name?: string;
  labels?: string[];
  fields?: Record<string, string>;
  status?: 'active';
};
export type Adding =
  | { do: 'refuse'; why: AddingRefusal; at: number | null; how: string }
  | { do: 'create' }
  /** `attached`: the address that the row did not have. */
  | { do: 'change'; member: Member; set: AddingChange; attached: string | null }
  | { do: 'nothing'; member: Member };

/**
 * B-41, S3-14: what becomes of somebody whom the owner adds, imports or sends by the API. Who has left is refused, with
 * when and how, at whichever of their addresses it was (B-39). A request that waits, or was once refused, the owner may
 * grant; a pause stays. A block at the provider refuses nobody: it is no word to us (B-44).
 */
export function decideAdding(person: NewPerson, known: KnownAbout): Adding {
  const refusal = refusalOf(known);
  if (refusal) return refusal;
  const member = rowOf(person, known.members);
  if (member === undefined) return { do: 'create' };
  if (known.seen(member)) return { do: 'nothing', member };
  // One address on several rows does not say whose name it is.
  const clear = isSame(person, member) || known.members.filter((row) => fits(person, row)).length === 1;
  const { set, attached } = changeOf(
    clear ? person : { ...person, name: '', labels: null, fields: {} },
    member,
    known.members,
  );
  return Object.keys(set).length === 0 ? { do: 'nothing', member } : { do: 'change', member, set, attached };
}

function refusalOf({ members, stops }: KnownAbout): Extract<Adding, { do: 'refuse' }> | null {
  const has = (status: Member['status']) => members.find((row) => row.status === status);
  if (has('banned')) return { do: 'refuse', why: 'banned', at: null, how: '' };
  const stop = stops.filter(({ scope }) => scope !== 'provider').sort((a, b) => b.since - a.since)[0];
  if (stop) return { do: 'refuse', why: 'left', at: stop.since, how: stop.how };
  const left = has('unsubscribed');
  if (left) return { do: 'refuse', why: 'left', at: left.leftAt, how: '' };
  return has('asked') ? { do: 'refuse', why: 'asked', at: null, how: '' } : null;
}

/** Two people on one phone differ in their mail address (B-40), and the other way round. */
function rowOf(person: NewPerson, rows: readonly Member[]): Member | undefined {
  const fitting = rows.filter((row) => fits(person, row));
  return fitting.find((row) => isSame(person, row)) ?? fitting.find((row) => row.phone === person.phone) ?? fitting[0];
}

const isSame = ({ phone, mail }: NewPerson, row: Member): boolean => row.phone === phone && row.mail === mail;

/** One address is the same, and the other does not contradict. */
const fits = ({ phone, mail }: NewPerson, row: Member): boolean =>
  (phone === null || row.phone === null || row.phone === phone) &&
  (mail === null || row.mail === null || row.mail === mail);

function changeOf(
  person: NewPerson,
  member: Member,
  rows: readonly Member[],
): { set: AddingChange; attached: string | null } {
  const set: AddingChange = {};
  const { phone, mail, name, labels } = person;
  const free = (address: string) =>
    rows.every((row) => row === member || (row.phone !== address && row.mail !== address));
  if (phone !== null && member.phone === null && free(phone)) set.phone = phone;
  if (mail !== null && member.mail === null && free(mail)) set.mail = mail;
  if (name !== '' && name !== member.name) set.name = name;
  if (labels !== null && labels.join('\n') !== member.labels.join('\n')) set.labels = [...labels];
  const fields = { ...member.fields, ...person.fields };
  if (person.fields !== undefined && !sameFields(fields, member.fields)) set.fields = fields;
  if (member.status === 'pending' || member.status === 'refused') set.status = 'active';
  return { set, attached: set.phone ?? set.mail ?? null };
}
