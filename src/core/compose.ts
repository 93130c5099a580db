import type { Book } from './book.ts';
import { cleanText, composeCopy, footerOf, LONGEST_BODY, mergeCopy, tagsIn } from './copy.ts';
import { type Audience, isEverybody, type Reports } from './draft.ts';
import { finishTime } from './eta.ts';
import type { Organisation, VirtualNumber } from './organisation.ts';
import { formatSms } from './phoneNumber.ts';
import { nextAllowed } from './quietHours.ts';
import {
  countParts,
  type Encoding,
  type ExpensiveCharacter,
  expensiveCharacters,
  isGsm7,
  partBorders,
} from './segments.ts';

/** What a writer has put together on the page, before it is a broadcast. */
export type Composition = {
  text: string;
  audience: Audience;
  /** A name as sender (T-9) as it was typed; null or '' = the number. */
  sender: string | null;
  reports: Reports;
  /** ms since the epoch; null = as soon as it is sent. */
  dueAt: number | null;
  /** How long after it could go a copy may still go, ms; null = as the book has it. */
  latestAfterMs: number | null;
};

/**
 * The costliest values of one tag among those who may get it. `plain`: of the values that GSM-7 carries the one of most
 * septets; `wide`: of those that it does not carry the longest; null = there is none.
 */
export type TagValues = { plain: string | null; wide: string | null };

/** What composing must know of the book. */
export type ComposeFacts = {
  /** By tag: `name` and the book's own fields. What is not here is no tag. */
  tags: Readonly<Record<string, TagValues>>;
  recipients: number;
  /** Copies by SMS; absent = one for each recipient. */
  texts?: number;
  /** Parts that wait on the number already. */
  backlog: number;
};

export type ComposePlace = {
  book: Pick<Book, 'header' | 'footer' | 'locale' | 'partLimit' | 'latestAfterMs' | 'quietFrom' | 'quietTo'>;
  number: Pick<VirtualNumber, 'e164' | 'partsPerSecond'>;
  organisation: Pick<Organisation, 'timezone' | 'dailyParts'>;
};

export type SenderNameProblem = 'long' | 'letter' | 'characters';

/** Why it cannot be sent like this. */
export type ComposeProblem =
  | { what: 'empty' }
  /** B-33: more parts than the book allows, or more characters than providers take. */
  | { what: 'parts'; parts: number; limit: number }
  | { what: 'characters'; count: number; limit: number }
  | { what: 'tag'; tag: string }
  | { what: 'sender'; why: SenderNameProblem }
  | { what: 'past' }
  | { what: 'far' }
  | { what: 'nobody'; everybody: boolean };

/** What the writer should know, and may do all the same. */
export type ComposeNote =
  /** Quiet hours: nothing goes before then. */
  | { what: 'quiet'; until: number }
  /** At this pace it is not done by its latest time. */
  | { what: 'slow'; done: number; latestAt: number }
  /** F35: more than the organisation's cap for a day; the rest goes another day. */
  | { what: 'cap'; parts: number; cap: number }
  /** A member's name or field takes some copies out of GSM-7. */
  | { what: 'value'; tag: string }
  | { what: 'header' }
  /** From a name nobody can answer. */
  | { what: 'oneWay' };

export type Preview = {
  header: string;
  text: string;
  footer: string;
  /** null = the number. */
  sender: string | null;
  /** The costliest copy as it will go. */
  whole: string;
  encoding: Encoding;
  units: number;
  parts: number;
  /** Where in `whole` the second part and each later one begins. */
  borders: number[];
  limit: number;
  /** In `text`, by its own indexes. */
  expensive: ExpensiveCharacter[];
  tags: string[];
  recipients: number;
  totalParts: number;
  dueAt: number;
  /** The first copy goes now or then. */
  startsAt: number;
  latestAt: number;
  /** When the last copy will have gone; null = never at this pace. */
  doneAt: number | null;
  problems: ComposeProblem[];
  notes: ComposeNote[];
};

const YEAR = 366 * 86_400_000;
/** A minute ago is now: the clock went on while they looked at the page. */
const PAST = 5 * 60_000;

/** T-9; providers take letters, digits and a few marks, and want a letter so that it is no number (document 6). */
export function readSenderName(
  typed: string | null,
): { ok: true; name: string | null } | { ok: false; why: SenderNameProblem } {
  const name = (typed ?? '').trim();
  if (name === '') return { ok: true, name: null };
  if (!/^[A-Za-z0-9 ._-]*$/.test(name)) return { ok: false, why: 'characters' };
  if (name.length > 11) return { ok: false, why: 'long' };
  return /[A-Za-z]/.test(name) ? { ok: true, name } : { ok: false, why: 'letter' };
}

/** How it will go, what it costs and what stands against it; the same for the page, the count beside it and sending. */
export function preview(place: ComposePlace, composition: Composition, facts: ComposeFacts, now: number): Preview {
  const { book, number, organisation } = place;
  const text = cleanText(composition.text);
  const name = readSenderName(composition.sender);
  const sender = name.ok ? name.name : null;
  const footer = footerOf(book, sender === null ? null : formatSms(number.e164));
  const copy = composeCopy(book.header, text, footer);
  const { whole, dearTag } = costliest(copy, facts.tags);
  const { encoding, units, parts } = countParts(whole);
  const dueAt = composition.dueAt ?? now;
  const startsAt = nextAllowed(Math.max(dueAt, now), book.quietFrom, book.quietTo, organisation.timezone);
  const latestAt = startsAt + (composition.latestAfterMs ?? book.latestAfterMs);
  const totalParts = (facts.texts ?? facts.recipients) * parts;
  const waiting = composition.dueAt === null ? facts.backlog : 0;
  const doneAt = finishTime(startsAt, waiting + totalParts, number.partsPerSecond);

  const problems: ComposeProblem[] = [];
  if (text === '') problems.push({ what: 'empty' });
  if (whole.length > LONGEST_BODY) problems.push({ what: 'characters', count: whole.length, limit: LONGEST_BODY });
  else if (parts > book.partLimit) problems.push({ what: 'parts', parts, limit: book.partLimit });
  for (const tag of tagsIn(text)) if (!Object.hasOwn(facts.tags, tag)) problems.push({ what: 'tag', tag });
  if (!name.ok) problems.push({ what: 'sender', why: name.why });
  if (composition.dueAt !== null && composition.dueAt < now - PAST) problems.push({ what: 'past' });
  if (dueAt > now + YEAR) problems.push({ what: 'far' });
  if (facts.recipients === 0) problems.push({ what: 'nobody', everybody: isEverybody(composition.audience) });

  const notes: ComposeNote[] = [];
  if (startsAt > Math.max(dueAt, now)) notes.push({ what: 'quiet', until: startsAt });
  if (doneAt !== null && doneAt > latestAt) notes.push({ what: 'slow', done: doneAt, latestAt });
  const cap = organisation.dailyParts;
  if (cap !== null && totalParts > cap) notes.push({ what: 'cap', parts: totalParts, cap });
  if (dearTag !== null && isGsm7(copy)) notes.push({ what: 'value', tag: dearTag });
  if (!isGsm7(book.header)) notes.push({ what: 'header' });
  if (sender !== null) notes.push({ what: 'oneWay' });

  return {
    header: book.header,
    text,
    footer,
    sender,
    whole,
    encoding,
    units,
    parts,
    borders: partBorders(whole),
    limit: book.partLimit,
    expensive: expensiveCharacters(text),
    tags: tagsIn(text).filter((tag) => Object.hasOwn(facts.tags, tag)),
    recipients: facts.recipients,
    totalParts,
    dueAt,
    startsAt,
    latestAt,
    doneAt,
    problems,
    notes,
  };
}

/**
 * The copy that costs most, with real values: either all the longest that GSM-7 carries, or one that it does not carry
 * and the longest of the others. `dearTag`: whose value it is that takes the copy out of GSM-7.
 */
function costliest(copy: string, tags: ComposeFacts['tags']): { whole: string; dearTag: string | null } {
  const used = tagsIn(copy).filter((tag) => Object.hasOwn(tags, tag));
  const pick = (dear: string | null): Record<string, string> =>
    Object.fromEntries(
      used.map((tag) => {
        const { plain, wide } = tags[tag] ?? { plain: null, wide: null };
        if (tag === dear) return [tag, wide ?? ''];
        const longer = dear !== null && (wide?.length ?? 0) > (plain?.length ?? 0) ? wide : plain;
        return [tag, longer ?? ''];
      }),
    );
  let best = { whole: mergeCopy(copy, pick(null)), dearTag: null as string | null };
  for (const tag of used) {
    if ((tags[tag]?.wide ?? null) === null) continue;
    const whole = mergeCopy(copy, pick(tag));
    if (countParts(whole).parts >= countParts(best.whole).parts) best = { whole, dearTag: tag };
  }
  return best;
}

/** Keeps the costliest values of a tag while a book's members are read. */
export function costlier(known: TagValues, value: string): TagValues {
  if (isGsm7(value))
    return known.plain === null || countParts(value).units > countParts(known.plain).units
      ? { ...known, plain: value }
      : known;
  return known.wide === null || value.length > known.wide.length ? { ...known, wide: value } : known;
}
