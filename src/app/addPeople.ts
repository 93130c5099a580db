import { type Adding, type AddingRefusal, decideAdding } from '../core/adding.ts';
import type { Book } from '../core/book.ts';
import type { ConsentEventName, Stop } from '../core/consent.ts';
import { addressKey, type Member, nameKey } from '../core/member.ts';
import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { Step, Store } from '../ports/store.ts';
import type { ReadPerson } from './applyFile.ts';
import { consentEvent } from './plan.ts';

/** Many people into one book, as `apply` and `import` do it: batched reads, then one row after the other. */
export type AddOutcome = {
  /** Line of the file. */
  line: number;
  /** The phone, else the mail address. */
  who: string;
  outcome: 'added' | 'changed' | 'already_there' | 'twice' | `refused_${AddingRefusal}` | 'refused_own_number';
  /** For people, in English; '' where there is nothing to say. */
  reason: string;
};

export type AddRun = {
  book: Book;
  /** The organisation's, for the clock in reasons. */
  timezone: string;
  rule: 'apply' | 'import' | 'desk';
  /** Missing: the command line. */
  door?: 'web';
  /** What a new member's ledger line is called. */
  event: Extract<ConsentEventName, 'added' | 'imported'>;
  ownNumbers: ReadonlySet<string>;
  /** Only what would become of them: no steps, no ledger lines. */
  dry?: boolean;
  /** Members that earlier chunks of this file have named, with the line. */
  seen: SeenLines;
};

export interface SeenLines {
  get(memberId: string): number | undefined;
  set(memberId: string, line: number): unknown;
}

type AddDeps = { store: Store; clock: Clock; ids: Ids; keyed: Keyed };

/** How a stop says that the person was erased, by us and by the store. */
export const ERASED = 'erased';

/** So many addresses in one question to the database. */
const ASK_AT_ONCE = 500;

/** `seen`: what to remember of this chunk once it is committed. */
export type PlannedPeople = {
  steps: Step[];
  outcomes: AddOutcome[];
  /** What was decided about each; null = a number of our own. */
  decided: (Adding | null)[];
  seen: ReadonlyMap<string, number>;
};

/** Steps for one commit and what became of each person, in the order given. Nothing is written here. */
export async function planPeople(people: readonly ReadPerson[], run: AddRun, deps: AddDeps): Promise<PlannedPeople> {
  const hashes = new Map<string, string>();
  const hashOf = (address: string): string => {
    const known = hashes.get(address) ?? deps.keyed.addressHash(address);
    hashes.set(address, known);
    return known;
  };
  const known = await loadKnown(people, run.book, hashOf, deps.store);
  const now = deps.clock.now();
  const context = {
    now,
    ids: deps.ids,
    keyed: { ...deps.keyed, addressHash: hashOf },
    organisationId: run.book.organisationId,
    door: run.door ?? ('cli' as const),
    providerId: '',
  };
  const steps: Step[] = [];
  const outcomes: AddOutcome[] = [];
  const decided: PlannedPeople['decided'] = [];
  const seen = new Map<string, number>();
  const lineOf = (memberId: string) => seen.get(memberId) ?? run.seen.get(memberId);
  const tell = (person: ReadPerson, outcome: AddOutcome['outcome'], reason: string) =>
    outcomes.push({ line: person.line, who: primary(person), outcome, reason });
  const ledger = (event: ConsentEventName, address: string, name: string) => {
    if (run.dry) return;
    const text = event === 'add_refused' ? `${run.rule}: refused` : `${run.rule}`;
    const made = consentEvent(
      { do: 'consent', bookId: run.book.id, event, rule: run.rule, address, name, text },
      context,
    );
    steps.push(
      { add: 'consentEvents', row: made.event, exists: 'stale' },
      { add: 'consentPersons', row: made.person, exists: 'stale' },
    );
  };

  for (const person of people) {
    const own = person.phone !== null && run.ownNumbers.has(person.phone);
    if (own) {
      tell(person, 'refused_own_number', 'is a virtual number of this installation');
      decided.push(null);
      continue;
    }
    const adding = decideAdding(person, { ...known.of(person), seen: ({ id }) => lineOf(id) !== undefined });
    decided.push(adding);
    if (adding.do === 'refuse') {
      // Being asked is no refusal by the person: the row is there, and the answer will settle it.
      if (adding.why !== 'asked') ledger('add_refused', primary(person), person.name);
      tell(person, `refused_${adding.why}`, refusalText(adding, run.timezone));
    } else if (adding.do === 'create') {
      const row = newMember(person, run.book.id, now, deps.ids);
      if (!run.dry) steps.push({ add: 'members', row, exists: 'stale' });
      ledger(run.event, primary(person), person.name);
      known.put(row);
      seen.set(row.id, person.line);
      tell(person, 'added', '');
    } else {
      const { member } = adding;
      const before = lineOf(member.id);
      if (before === undefined) seen.set(member.id, person.line);
      if (adding.do === 'nothing') {
        if (before === undefined) tell(person, 'already_there', `is there already (${member.status})`);
        else tell(person, 'twice', `the same person as on line ${before}`);
        continue;
      }
      const changed = withChange(member, adding.set, now);
      steps.push(changeStep(member, changed));
      if (adding.attached !== null) ledger(run.event, adding.attached, changed.name);
      else if (adding.set.status) ledger(run.event, primary(person), changed.name);
      known.put(changed);
      tell(person, 'changed', changeText(adding.set, member));
    }
  }
  return { steps, outcomes, decided, seen };
}

const primary = (person: Pick<ReadPerson, 'phone' | 'mail'>): string => person.phone ?? person.mail ?? '';

/** Rows and stops by address, kept up to date while the plan grows. */
async function loadKnown(
  people: readonly ReadPerson[],
  book: Book,
  hashOf: (address: string) => string,
  { reads }: Store,
) {
  const addresses = [...new Set(people.flatMap(({ phone, mail }) => [phone, mail]).filter((one) => one !== null))];
  const members = new Map<string, Member[]>();
  const stops = new Map<string, Stop[]>();
  const put = (member: Member) => {
    for (const address of [member.phone, member.mail]) {
      if (address === null) continue;
      const others = (members.get(address) ?? []).filter(({ id }) => id !== member.id);
      members.set(address, [...others, member]);
    }
  };
  for (let from = 0; from < addresses.length; from += ASK_AT_ONCE) {
    const some = addresses.slice(from, from + ASK_AT_ONCE);
    const keys = some.map(hashOf);
    const [rows, ofBook, ofNumber] = await Promise.all([
      reads.membersByAddress(book.id, some),
      reads.stops('book', book.id, keys),
      reads.stops('number', book.numberId, keys),
    ]);
    for (const row of rows) put(row);
    for (const stop of [...ofBook, ...ofNumber])
      stops.set(stop.addressHash, [...(stops.get(stop.addressHash) ?? []), stop]);
  }
  return {
    put,
    of({ phone, mail }: ReadPerson): { members: readonly Member[]; stops: readonly Stop[] } {
      const rows = joined(members, phone, mail);
      return {
        // One row may have both addresses.
        members: rows.length > 1 ? [...new Set(rows)] : rows,
        stops: stops.size === 0 ? NONE : joined(stops, phone && hashOf(phone), mail && hashOf(mail)),
      };
    },
  };
}

const NONE: readonly never[] = [];

function joined<T>(known: ReadonlyMap<string, readonly T[]>, one: string | null, other: string | null): readonly T[] {
  const ofOne = (one !== null && known.get(one)) || NONE;
  const ofOther = (other !== null && known.get(other)) || NONE;
  return ofOther.length === 0 ? ofOne : [...ofOne, ...ofOther];
}

function newMember(person: ReadPerson, bookId: string, now: number, ids: Ids): Member {
  return {
    id: ids.next(now),
    bookId,
    phone: person.phone,
    mail: person.mail,
    addressKey: addressKey(person.phone, person.mail),
    name: person.name,
    nameKey: nameKey(person.name),
    labels: person.labels ?? [],
    fields: person.fields ?? {},
    status: 'active',
    since: now,
    pausedUntil: null,
    via: 'both',
    otherPhone: null,
    leftAt: null,
    createdAt: now,
    version: 1,
  };
}

function withChange(member: Member, set: Extract<Adding, { do: 'change' }>['set'], now: number): Member {
  const changed = { ...member, ...set, version: member.version + 1 };
  if (set.status) changed.since = now;
  return { ...changed, addressKey: addressKey(changed.phone, changed.mail), nameKey: nameKey(changed.name) };
}

/** Guarded: a STOPP that came in between makes the plan stale, and then it is decided again. */
function changeStep(before: Member, after: Member): Step {
  const { phone, mail, addressKey, name, nameKey, labels, fields, status, since, version } = after;
  return {
    change: 'members',
    where: { id: before.id, version: before.version },
    set: { phone, mail, addressKey, name, nameKey, labels, fields, status, since, version },
    none: 'stale',
  };
}

function refusalText(refused: Extract<Adding, { do: 'refuse' }>, timezone: string): string {
  if (refused.why === 'banned') return 'is banned from this book';
  if (refused.why === 'asked') return 'has been asked whether they want to leave; the answer is awaited';
  const when = refused.at === null ? '' : ` ${localTime(refused.at, timezone)}`;
  if (refused.how === ERASED)
    return `was erased${when} and is not to be written to; only they can come back, by texting START`;
  return `has left${when}${refused.how ? ` (${refused.how})` : ''}; only they can come back, by texting START`;
}

function changeText(set: Extract<Adding, { do: 'change' }>['set'], before: Member): string {
  const parts: string[] = [];
  if (set.phone) parts.push('phone added');
  if (set.mail) parts.push('mail address added');
  if (set.name) parts.push(before.name === '' ? 'name added' : 'name changed');
  if (set.labels) parts.push('labels changed');
  if (set.fields) parts.push('fields changed');
  if (set.status) parts.push(`was ${before.status}, is active`);
  return parts.join(', ');
}

/** "2026-03-02 14:05" where the organisation is. */
function localTime(at: number, timezone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, dateStyle: 'short', timeStyle: 'short' }).format(at);
}
