import { mailWords } from '../i18n/mail.ts';
import type { Book } from './book.ts';
import type { Door } from './broadcast.ts';
import type { DeliveryKind, Letter } from './delivery.ts';
import type { Locale } from './locale.ts';
import { isMailAddress } from './mail.ts';
import { pageOf } from './mailHtml.ts';
import { oneLine } from './oneLine.ts';

/** What a mail of ours says of the book that it comes from. `address`: its local part. */
export type MailBook = Pick<Book, 'id' | 'name' | 'address' | 'locale' | 'replyTo' | 'senders'>;

/** What all mail copies of one broadcast have in common, beside its text. */
export type MailRun = {
  book: MailBook;
  /** null = made from the book's name. */
  subject: string | null;
  door: Door;
  writer: string;
  /** As the book or the toolbox knows the writer; '' = no name is known. */
  writerName: string;
  /** The mail that it came as: its whole text and its attachments go out. */
  mailId: string | null;
};

/** What a delivery by mail has beside its text and its address (`OutgoingText.mail`). */
export type OutgoingMail = {
  kind: DeliveryKind;
  organisation: string;
  /** The reader's language: the book's, or the organisation's where there is no book. */
  locale: Locale;
  /** null: it comes from no one book. */
  book: MailBook | null;
  /** Whose links it carries; null = none. */
  memberId: string | null;
  /** Merged where the mail's whole text is sent; '' = none or several. */
  name: string;
  /** Replies and notices. */
  letter: Letter | null;
  /** Copies. */
  run: MailRun | null;
};

/** One mail before it is composed. Times in ms since the epoch. */
export type MailParts = Omit<OutgoingMail, 'memberId' | 'name'> & {
  to: string;
  text: string;
  /** LIST_DOMAIN. */
  domain: string;
  at: number;
  /** With its angle brackets; of ours, the same whenever this delivery is sent. */
  messageId: string;
  /** The return path, of this delivery alone. */
  envelopeFrom: string;
  /** The reader's own pages; null = they have none. */
  links: MailLinks | null;
};
export type MailLinks = { leave: string; comeBack: string };

/** One mail: decoded, so that whoever writes it down encodes it. No value holds a line break but `text` and `html`. */
export type ComposedMail = {
  from: { name: string; address: string };
  to: string;
  /** null: answers go to `from`. */
  replyTo: string | null;
  envelopeFrom: string;
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** With its angle brackets; null = it answers nothing. */
  inReplyTo: string | null;
  /** RFC 5322. */
  date: string;
  /** RFC 2919; null = not from a list. */
  listId: { name: string; id: string } | null;
  /** ASCII, in their order. */
  headers: readonly (readonly [name: string, value: string])[];
};

/** Where mail comes from that no book sends. Nobody reads it. */
const NOBODY = 'noreply';
const LONGEST_SUBJECT = 200;
const LONGEST_NAME = 70;

/** A display name without what would end it, or look like an address of its own. */
const nameOf = (name: string): string =>
  oneLine(name.replace(/[<>"\\@,;:()[\]]/g, ' '), LONGEST_NAME).replace(/\s+/g, ' ');

/** `<id@host>` and nothing beside it: somebody else's Message-ID goes into our headers. */
const idOf = (id: string | undefined): string | null =>
  id !== undefined && /^<[!-;=?-~]{1,250}>$/.test(id) ? id : null;

/** RFC 5322: "Sun, 22 Nov 2026 11:00:00 +0000". */
const dateOf = (at: number): string => new Date(at).toUTCString().replace(/GMT$/, '+0000');

/**
 * A copy, reply or notice as a mail (M-9): from the book's own address, so that DMARC of the writer's domain has nothing
 * to say; marked as automatic (RFC 3834) and as ours against loops; a copy with the headers of a list (RFC 2369, 2919) and
 * one-click leaving (RFC 8058).
 */
export function composeMail(parts: MailParts): ComposedMail {
  const { book, run, letter, domain, links, kind } = parts;
  const words = mailWords(parts.locale);
  const own = book === null ? NOBODY : book.address;
  const address = `${own}@${domain}`;
  const bookName = oneLine(book?.name ?? parts.organisation, LONGEST_NAME);
  const organisation = oneLine(parts.organisation, LONGEST_NAME);
  const subject = oneLine(letter?.subject || run?.subject || words.subject({ book: bookName }), LONGEST_SUBJECT);
  const text = parts.text
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .trim();
  const footer = footerOf(kind, book !== null)(words)({ book: bookName, organisation });
  const shown = linksShown(kind, links, words);
  const inReplyTo = idOf(letter?.inReplyTo);
  return {
    from: { name: nameOf(fromName(run, bookName, words.via)), address },
    to: oneLine(parts.to),
    replyTo: replyToOf(parts, address),
    envelopeFrom: oneLine(parts.envelopeFrom),
    subject,
    text: `${text}\n\n-- \n${footer}\n${shown.map(({ label, href }) => `${label}:\n${href}\n`).join('')}`,
    html: pageOf({ lang: parts.locale, title: subject, text, footer, links: shown }),
    messageId: parts.messageId,
    inReplyTo,
    date: dateOf(parts.at),
    listId: kind === 'copy' && book !== null ? { name: nameOf(book.name), id: `${own}.${domain}` } : null,
    headers: [
      ...(kind === 'copy' && book !== null ? listHeaders(book, domain, links) : []),
      ['Auto-Submitted', kind === 'answer' || kind === 'joined' || kind === 'left' ? 'auto-replied' : 'auto-generated'],
      // Exchange answers for people who are away unless it is told not to, whatever RFC 3834 says.
      ['X-Auto-Response-Suppress', 'All'],
      ['X-Startstopp-Loop', address],
    ],
  };
}

/** "Anna via Föräldrar P12" where a person wrote it by mail and is known by name; else the book. */
function fromName(
  run: MailRun | null,
  book: string,
  via: (params: { person: string; book: string }) => string,
): string {
  const person = run?.door === 'mail' ? nameOf(run.writerName) : '';
  return person === '' ? book : via({ person, book });
}

/** By the book's setting; only a writer by mail has an address to answer to. */
function replyToOf({ letter, run, book, domain }: MailParts, from: string): string | null {
  if (letter?.replyTo) {
    const to = oneLine(letter.replyTo).replace(/[<>,;\s]/g, '');
    return to.includes('@') ? to : `${to}@${domain}`;
  }
  if (run === null || book === null || book.replyTo !== 'writer') return null;
  return run.door === 'mail' && isMailAddress(run.writer) && run.writer !== from
    ? oneLine(run.writer).replace(/[<>,;\s]/g, '')
    : null;
}

type Line = { book: string; organisation: string };
const footerOf =
  (kind: DeliveryKind, hasBook: boolean) =>
  (words: ReturnType<typeof mailWords>) =>
  (line: Line): string => {
    if (!hasBook) return line.organisation;
    if (kind === 'copy') return words.why(line);
    return kind === 'notice' ? words.whyFunctionary(line) : words.from(line);
  };

/** T-4: copies carry both; who has left wants back, and who has just joined may want out. */
function linksShown(kind: DeliveryKind, links: MailLinks | null, words: ReturnType<typeof mailWords>) {
  if (links === null || kind === 'notice' || kind === 'code') return [];
  const leave = { label: words.leave, href: links.leave };
  const comeBack = { label: words.comeBack, href: links.comeBack };
  return kind === 'copy' ? [leave, comeBack] : [kind === 'left' ? comeBack : leave];
}

function listHeaders(book: MailBook, domain: string, links: MailLinks | null): [string, string][] {
  const at = (suffix: string) => `<mailto:${book.address}${suffix}@${domain}>`;
  return [
    ['List-Unsubscribe', `${links === null ? '' : `<${oneLine(links.leave)}>, `}${at('+leave')}`],
    // RFC 8058: only together with a link that a POST is enough for.
    ...(links === null ? [] : [['List-Unsubscribe-Post', 'List-Unsubscribe=One-Click'] as [string, string]]),
    ['List-Subscribe', at('+join')],
    ['List-Help', at('+help')],
    // RFC 2369: NO where a member's mail to the list does not reach the members.
    ['List-Post', book.senders === 'members' ? at('') : 'NO'],
  ];
}
