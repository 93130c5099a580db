import { mergeCopy } from '../core/copy.ts';
import { composeMail, type MailRun, type OutgoingMail } from '../core/mailCopy.ts';
import type { WholeMail } from '../ports/sendingReads.ts';
import { attachmentPart, fill, MARKS, type Template, templateOf, type Values } from './smtpMime.ts';

export type LettersOptions = {
  /** LIST_DOMAIN. */
  domain: string;
  /** `bounce+17-…`, without the domain. */
  returnPath: (deliveryId: number) => string;
  /** With its angle brackets. */
  messageId: (deliveryId: number) => string;
  /** The member's own pages (T-4); absolute addresses without spaces, quotes or `&`. */
  leaveLink: (memberId: string) => string;
  comeBackLink?: (memberId: string) => string;
  /** The mail that a broadcast came as; null = it is gone. */
  wholeMail: (mailId: string) => Promise<WholeMail | null>;
  now: () => number;
};

export type Letter = { from: string; pieces: (string | Buffer)[]; messageId: string };

/** Mails whose attachments are kept encoded while their copies go out. */
const KEPT = { mails: 8, octets: 64 * 1024 * 1024, templates: 16 };

type Known = { text: string; links: boolean; attached: boolean; template: Template };
type Kept = { text: string; attachments: Buffer[]; octets: number };

/**
 * Writes mails. A broadcast is composed and encoded once, and each copy is that with its own address, ids and links put
 * in; only where a name is merged is a copy composed by itself.
 */
export function createLetters(options: LettersOptions) {
  const { domain, now } = options;
  const whole = new Map<string, Promise<Kept | null>>();
  /** By what is asked for each copy first; `templates` again by what it says, for the lanes are read anew all the time. */
  const atHand = new WeakMap<MailRun, Known>();
  const templates = new Map<string, Known>();
  let dateAt = 0;
  let date = '';

  /** Read once for all copies of a broadcast; the least lately used is forgotten. */
  function wholeOf(mailId: string): Promise<Kept | null> {
    const known = whole.get(mailId);
    if (known) {
      whole.delete(mailId);
      whole.set(mailId, known);
      return known;
    }
    const read = options.wholeMail(mailId).then((mail) => {
      if (mail === null) return null;
      const attachments = mail.attachments.map(attachmentPart);
      return { text: mail.text, attachments, octets: attachments.reduce((sum, part) => sum + part.length, 0) };
    });
    whole.set(mailId, read);
    read.then(forgetOld, () => whole.delete(mailId));
    return read;
  }

  async function forgetOld(): Promise<void> {
    const octetsOf = (mail: Promise<Kept | null>) => mail.then((one) => one?.octets ?? 0).catch(() => 0);
    const known = await Promise.all([...whole].map(async ([id, mail]) => ({ id, octets: await octetsOf(mail) })));
    let octets = known.reduce((sum, one) => sum + one.octets, 0);
    for (const one of known) {
      if (whole.size <= 1 || (whole.size <= KEPT.mails && octets <= KEPT.octets)) return;
      whole.delete(one.id);
      octets -= one.octets;
    }
  }

  /** The letter at once, or when the mail that it carries has been read. */
  function write(message: {
    deliveryId: number;
    to: string;
    text: string;
    mail: OutgoingMail;
  }): Letter | Promise<Letter> {
    const mailId = message.mail.run?.mailId ?? null;
    if (mailId === null) return writeWith(message, message.text, []);
    return wholeOf(mailId).then((found) => {
      const { name } = message.mail;
      return found === null
        ? writeWith(message, message.text, [])
        : writeWith(message, mergeCopy(found.text, { name }), found.attachments);
    });
  }

  function writeWith(
    { deliveryId, to, mail }: { deliveryId: number; to: string; mail: OutgoingMail },
    text: string,
    attachments: readonly Buffer[],
  ): Letter {
    const from = `${options.returnPath(deliveryId)}@${domain}`;
    const { memberId } = mail;
    const leave = memberId === null ? '' : options.leaveLink(memberId);
    const comeBack = memberId === null ? '' : (options.comeBackLink?.(memberId) ?? leave);
    const messageId = options.messageId(deliveryId);
    const values: Values = { to, messageId, date: today(), leave, comeBack };
    return { from, pieces: fill(templateFor(mail, text, attachments.length > 0), values, attachments), messageId };
  }

  function templateFor(mail: OutgoingMail, text: string, attached: boolean): Template {
    const { run } = mail;
    const links = mail.memberId !== null;
    const fits = (one: Known | undefined): one is Known =>
      one !== undefined && one.text === text && one.links === links && one.attached === attached;
    const near = run === null ? undefined : atHand.get(run);
    if (fits(near)) return near.template;
    const key = run === null ? '' : JSON.stringify([run, mail.organisation, links]);
    const far = templates.get(key);
    if (run !== null && fits(far)) {
      atHand.set(run, far);
      return far.template;
    }
    const composed = composeMail({
      ...mail,
      domain,
      text,
      at: now(),
      to: MARKS.to,
      messageId: MARKS.messageId,
      envelopeFrom: '',
      links: links ? { leave: MARKS.leave, comeBack: MARKS.comeBack } : null,
    });
    const template = templateOf({ ...composed, date: MARKS.date }, attached);
    if (run === null) return template;
    const made = { text, links, attached, template };
    atHand.set(run, made);
    templates.delete(key);
    templates.set(key, made);
    for (const oldest of templates.keys()) if (templates.size > KEPT.templates) templates.delete(oldest);
    return template;
  }

  /** The Date of all mails of one second. */
  function today(): string {
    const second = Math.floor(now() / 1000);
    if (second !== dateAt) {
      dateAt = second;
      date = new Date(second * 1000).toUTCString().replace(/GMT$/, '+0000');
    }
    return date;
  }

  return { write };
}
