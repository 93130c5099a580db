import type { Stop } from './consent.ts';
import type { Given } from './decision.ts';
import { readLeave } from './leaveReading.ts';
import type { MailContent, MailProof } from './mail.ts';
import type { Member } from './member.ts';
import { normalForm } from './normalForm.ts';
import { oneLine } from './oneLine.ts';
import type { BookView, Snapshot } from './snapshot.ts';
import { openTurn, type Turn } from './turn.ts';

/** What deciding about a mail to one book needs beside what a text needs. */
export type MailSnapshot = {
  /**
   * One book; the sender's rows are those with this mail address. `number` is the book's, without keywords of its
   * provider's; the conversation is the one with the organisation's mail line.
   */
  snapshot: Snapshot;
  view: BookView;
  /** Every mail of this writer waits for its link. */
  alwaysConfirms: boolean;
  /** The address is paused for mail: too much came back from it, or its reader reported us. */
  paused: Stop | null;
  /** The local parts of every list of the installation: what comes from there is our own (M-4). */
  ownAddresses: readonly string[];
  /** Mails of this address that wait for their link. */
  openConfirms: number;
};

/** One mail to a book, read and proven. */
export type MailFacts = {
  content: MailContent;
  /** The text without quotes, signature and disclaimers. */
  text: string;
  proof: MailProof;
  /** Of the address that it was sent to: `p12+leave@`. */
  suffix: MailSuffix;
  envelopeFrom: string;
  /** LIST_DOMAIN. */
  domain: string;
  /** `ours`: it answers a mail of ours · `own`: one that went to this very address, which proves that it is read there. */
  answers: 'none' | 'ours' | 'own';
  /** It came to the address of a request, from whom that was told to (B-10); `member` null: the request is gone. */
  request: { member: Member | null } | null;
};
export type MailSuffix = '' | 'join' | 'leave' | 'help';

/** A secret that stands in a link, and the id of its token (its digest). */
export type Secret = { secret: string; id: string };

export type MailGiven = Given & {
  /** The id that the mail is stored under. */
  mailId: string;
  /** PUBLIC_URL, without a slash at its end. */
  publicUrl: string;
  secrets: Readonly<Record<'send' | 'join' | 'read', Secret>>;
  /** The path of a member's own page for leaving (app/leaveLink.ts). */
  leavePath: (memberId: string) => string;
};

/** Everything about one mail on its way through the rules. */
export type MailTurn = { turn: Turn; world: MailSnapshot; view: BookView; mail: MailFacts; given: MailGiven };

/** What the log and the ledger show: the whole text stands with the mail. */
const LONGEST_SHOWN = 10_000;
/** More than any SMS limit, little enough to be read by every rule at once (F31). */
export const LONGEST_READ = 20_000;
const COMMANDS: Readonly<Record<Exclude<MailSuffix, ''>, string>> = { join: 'START', leave: 'STOPP', help: 'HELP' };

/** The sender is the one proven or claimed mailbox in From; '' = there is nobody to name. */
export function openMailTurn(world: MailSnapshot, mail: MailFacts, given: MailGiven): MailTurn {
  const { snapshot, view } = world;
  const { content, proof } = mail;
  const inbound = {
    providerId: content.messageId,
    from: proof.from,
    to: snapshot.number.e164,
    text: commandIn(mail, view),
    mediaCount: content.attachments.length,
    missingPart: false,
    optOut: null,
    providerAt: null,
  };
  const turn = openTurn(snapshot, inbound, given, {
    door: 'mail',
    mail: {
      subject: oneLine(content.subject),
      whole: content.text,
      answersOurs: mail.answers !== 'none' || repliesToUs(content.subject, view.book),
    },
  });
  return { turn: { ...turn, inbound: { ...inbound, text: shownText(content) } }, world, view, mail, given };
}

/** Every letter of ours has the list in brackets; a robot's "Re: [P12] …" often names no Message-ID. */
const repliesToUs = (subject: string, { smsName }: { smsName: string }): boolean => subject.includes(`[${smsName}]`);

/** Subject and text as one, for the log, the ledger's evidence and the functionaries' inbox. */
export function shownText({ subject, text }: Pick<MailContent, 'subject' | 'text'>): string {
  const whole = [oneLine(subject), text.trim()].filter((part) => part !== '').join('\n\n');
  return whole.length <= LONGEST_SHOWN ? whole : `${whole.slice(0, LONGEST_SHOWN)} ...`;
}

/**
 * The words that are matched. What stands in the mail counts, else its subject. A leave word as the subject counts too
 * where the text could not be meant for everybody: leaving is liberal. (`Re: STOPP` is somebody else's subject.)
 */
function commandIn({ suffix, text, content }: MailFacts, view: BookView): string {
  if (suffix !== '') return COMMANDS[suffix];
  const body = text.trim().slice(0, LONGEST_READ);
  const subject = oneLine(content.subject).slice(0, LONGEST_READ);
  if (body === '') return subject;
  const writes = view.senderIsWriter || view.book.senders === 'members';
  const leave = writes ? null : readLeave(normalForm(subject), []);
  return leave?.kind === 'leave' || leave?.kind === 'leave_all' || leave?.kind === 'leave_courtesy' ? subject : body;
}
